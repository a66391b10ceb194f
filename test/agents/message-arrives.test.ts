import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import { agents } from '../../src/agents/agents.ts';
import { paneCommand } from '../../src/agents/pane-command.ts';
import { problemWithMessage } from '../../src/core/heal/first-prompt.ts';
import { createSessions } from '../../src/tmux/create-sessions.ts';
import { privateTmux, waitUntil, type PrivateTmux } from '../support/private-tmux.ts';
import { loginShells, writeProgram, writeShellProfiles } from './login-shells.ts';

/** Pieces that some shell, tmux or C library reads as more than text. */
const pieces = [
  '\x01 \t \n \r \x1b \x7f \x80 \x81 \x83 \x88 Á ÿ é 日 👩‍👧 \uFEFF'.split(' '),
  // fish keeps marks of its own in such characters.
  '\uF600 \uF6FF \uFDD0 \uE000 \u{10FFFF}'.split(' '),
  '; #{pane_id} % \\ \\; \' " !! * ~ = - -- / { } && | > < ( ) [ ] ? $argv $0'.split(' '),
  ['$(touch ran)', '`touch ran`', '#(touch ran)', ' ', 'go on'],
].flat();

const message = fc
  .oneof(
    {
      weight: 4,
      arbitrary: fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 12 }).map((some) => some.join('')),
    },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }) },
    { weight: 1, arbitrary: fc.constantFrom(...pieces).map(asLongAsMayBe) },
  )
  .filter((text) => problemWithMessage(text) === null);

const start = fc
  .record({ agent: fc.constantFrom(...agents), text: message })
  .map((one) => ({ ...one, prompt: one.agent.firstPrompt(one.text) }))
  .filter(({ prompt }) => prompt.kind === 'words');

const atOnce = 10;

describe.each(loginShells)('a message through tmux and %s', (shell) => {
  test('reaches an agent that takes it byte for byte, as one argument, and nothing of it runs', async () => {
    const server = serverWithAgents(shell);
    await fc.assert(
      fc.asyncProperty(fc.array(start, { minLength: atOnce, maxLength: atOnce }), async (starts) => {
        const commands = starts.map(({ agent, prompt }) => [
          agent.name,
          'x',
          ...('words' in prompt ? prompt.words : []),
        ]);
        const seen = await argumentsSeen(server, shell, commands);
        expect(seen).toEqual(starts.map(({ agent, text }) => ['x', ...wordsAsExpected(agent, text)]));
      }),
      { numRuns: 3 },
    );
  });
});

function asLongAsMayBe(piece: string): string {
  const whole = piece.repeat(Math.floor(4096 / Buffer.byteLength(piece)));
  return whole + 'x'.repeat(4096 - Buffer.byteLength(whole));
}

function wordsAsExpected({ name }: Agent, text: string): readonly string[] {
  return name === 'gemini' ? [`--prompt-interactive=${text}`] : ['--', text];
}

function serverWithAgents(shell: string): PrivateTmux {
  const server = privateTmux({ shell });
  writeShellProfiles(server.directory);
  // What the kernel keeps of its arguments; no shell has touched that.
  const noteDown = 'cat "/proc/$$/cmdline" >.seen && mv .seen seen; exec sleep 1000';
  for (const { name } of agents) writeProgram(server.directory, name, `#!/bin/sh\n${noteDown}\n`);
  server.tmux('new-session', '-d', '-s', 'keeps-the-server', '--', 'sleep', '1000');
  return server;
}

/** Runs each command as a restored agent, in a window of one session, and tells the arguments that each got. */
async function argumentsSeen(
  { directory: home, target, tmux }: PrivateTmux,
  shell: string,
  commands: readonly (readonly string[])[],
): Promise<readonly (readonly string[])[]> {
  const windows = commands.map((argv, index) => {
    const command = paneCommand(shell, argv, { agent: argv[0] ?? '', env: {}, resumeHint: null });
    const pane = { active: true, title: '', cwd: mkdtempSync(join(home, 'pane-')), command };
    const isFirst = index === 0;
    const rest = { name: '', automaticName: true, layout: '', last: false, zoomed: false, options: [] };
    return { ...rest, index, active: isFirst, panes: [pane] };
  });
  const sharing = { sharesWindowsOf: null, sharedWindow: null, sharedLastWindow: null };
  const request = { name: 'work', path: home, ...sharing, options: [], environment: [], windows };
  const live = new Map([['keeps-the-server', '$0']]);
  const [result] = await createSessions(target, [request], { timeoutMs: 10_000, live });
  expect(result).toMatchObject({ outcome: 'created' });
  const directories = windows.flatMap(({ panes }) => panes.map(({ cwd }) => cwd));
  waitUntil(
    () => directories.every((directory) => existsSync(join(directory, 'seen'))),
    'the arguments of every agent',
  );
  tmux('kill-session', '-t', '=work');
  expect(directories.filter((directory) => existsSync(join(directory, 'ran')))).toEqual([]);
  return directories.map((directory) => argumentsIn(join(directory, 'seen')));
}

/** Those behind the interpreter and the script. */
function argumentsIn(path: string): readonly string[] {
  return readFileSync(path, 'utf8').split('\0').slice(2, -1);
}
