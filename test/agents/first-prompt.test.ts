import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import { claude } from '../../src/agents/claude/claude.ts';
import { conversationArguments, isInteractive } from '../../src/agents/claude/arguments.ts';
import { launchArguments } from '../../src/agents/claude/launch.ts';
import { codex } from '../../src/agents/codex/codex.ts';
import { copilot } from '../../src/agents/copilot/copilot.ts';
import { gemini } from '../../src/agents/gemini/gemini.ts';
import { opencode } from '../../src/agents/opencode/opencode.ts';
import { pi } from '../../src/agents/pi/pi.ts';
import { type AgentHome, agentHome, processIn, readingOf } from './agent-home.ts';
import { one as codexId, rollout } from './codex/codex-home.ts';

const id = '3f36c85e-0000-4000-8000-000000000001';
const piId = '0199c0de-1111-7222-8333-444455556666';

describe('a text becomes the first prompt of', () => {
  test.each<[string, string, Agent, string, readonly string[]]>([
    ['claude', 'behind the end of options', claude, 'go on', ['--', 'go on']],
    ['claude', 'and is no option', claude, '--dangerously-skip-permissions', ['--', '--dangerously-skip-permissions']],
    ['claude', 'as what a person types, who may type a command', claude, '/compact', ['--', '/compact']],
    ['claude', 'as one word with any character in it', claude, 'a\n\t\x7f $(b)', ['--', 'a\n\t\x7f $(b)']],
    ['claude', 'though it begins with the name of a subcommand', claude, 'update it', ['--', 'update it']],
    ['claude', 'as a single word that no subcommand is like', claude, 'Continue', ['--', 'Continue']],
    ['codex', 'behind the end of options', codex, '--yolo', ['--', '--yolo']],
    ['codex', 'though a subcommand has its name', codex, 'exec', ['--', 'exec']],
    ['pi', 'behind the end of options', pi, '-p', ['--', '-p']],
    ['gemini', 'as the value of an option', gemini, '--yolo', ['--prompt-interactive=--yolo']],
  ])('%s %s', (_name, _how, { firstPrompt }, message, words) => {
    expect(firstPrompt(message)).toEqual({ kind: 'words', words });
  });

  test.each<[string, string, Agent, string]>([
    ['claude', 'purge', claude, 'it may take a single word in lower case for one of its own commands'],
    ['claude', 'setup-token', claude, 'it may take a single word in lower case for one of its own commands'],
    ['pi', '@/etc/passwd', pi, 'it would take a text that begins with @ for the name of a file'],
    ['opencode', 'go on', opencode, 'it takes no prompt together with a conversation'],
    ['copilot', 'go on', copilot, 'it is not known to take a prompt together with a conversation'],
  ])('%s not, where it is %j', (_name, message, { firstPrompt }, reason) => {
    expect(firstPrompt(message)).toEqual({ kind: 'not-taken', reason });
  });
});

/** Any text; the words that options are made of are not left to chance. */
const text = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.constantFrom(
    '--',
    '-p',
    '--resume',
    `--resume=${id}`,
    '--model',
    'exec',
    'resume',
    '--version',
    '=',
    codexId,
    piId,
  ),
);
const settings = fc.constantFrom<readonly string[]>([], ['--model', 'opus'], ['--add-dir', '/a', '/b']);

describe('an agent that was resumed with a message', () => {
  test('of claude is known by its conversation, and no later start repeats the message', () => {
    fc.assert(
      fc.property(text, settings, (message, args) => {
        const argv = started(claude, id, args, message);
        fc.pre(argv !== null);
        expect(conversationArguments(argv)).toEqual({ id, continues: true });
        expect(isInteractive(argv)).toBe(true);
        expect(launchArguments(argv)).toEqual({ args, name: [], droppedArgs: ['--resume', '--'] });
      }),
    );
  });

  test.each<[string, Agent, string, (home: AgentHome) => void, readonly string[]]>([
    ['codex', codex, codexId, (home) => void rollout(home, codexId), ['codex']],
    ['pi', pi, piId, writePiSession, ['pi']],
    ['gemini', gemini, id, writeGeminiChat, ['node', '/usr/bin/gemini']],
  ])(
    'of %s is known by its conversation, and no later start repeats the message',
    (_name, agent, own, write, program) => {
      const home = agentHome();
      write(home);
      fc.assert(
        fc.property(text, (message) => {
          const args = started(agent, own, ['--model', 'big'], message);
          fc.pre(args !== null);
          const process = processIn(home, [...program, ...args], { exe: `/usr/bin/${program[0] ?? ''}` });
          expect(agent.roleOf(process)).toBe('interactive');
          const { claims, launch, fresh } = readingOf(agent, process, home);
          expect([claims.map((claim) => claim.id), fresh]).toEqual([[own], false]);
          expect(launch.args).toEqual(['--model', 'big']);
          expect(JSON.stringify(launch.droppedArgs)).toMatch(/prompt/);
        }),
        { numRuns: 50 },
      );
    },
  );
});

/** What follows the program's name; null when the agent does not take the message. */
function started(agent: Agent, own: string, args: readonly string[], message: string): readonly string[] | null {
  const prompt = agent.firstPrompt(message);
  const command = agent.startCommand(
    { executable: agent.name, args, droppedArgs: [], env: {}, directory: '/home/emo' },
    own,
  );
  return prompt.kind === 'words' && command !== null ? [...command.slice(1), ...prompt.words] : null;
}

function writePiSession(home: AgentHome): void {
  const header = { type: 'session', version: 3, id: piId, timestamp: '2026-11-20T12:00:00.000Z', cwd: '/srv/code' };
  home.write(`.pi/agent/sessions/--srv-code--/2026-11-20T12-00-00-000Z_${piId}.jsonl`, `${JSON.stringify(header)}\n`);
}

function writeGeminiChat(home: AgentHome): void {
  const record = { sessionId: id, projectHash: 'x', startTime: '2026-11-20T12:00:00.000Z' };
  home.write(`.gemini/tmp/code/chats/session-2026-11-20T12-00-3f36c85e.jsonl`, `${JSON.stringify(record)}\n`);
}
