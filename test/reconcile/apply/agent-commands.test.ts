import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AgentFinding, AgentLaunch, PaneAgent } from '../../../src/core/conversation.ts';
import type { Pane } from '../../../src/core/manifest.ts';
import type { PaneStart } from '../../../src/reconcile/apply/agent-commands.ts';
import { claude, sampleAgent, samplePane } from '../../state/sample-manifest.ts';
import { writeTranscript } from '../../support/fake-claude.ts';
import { reconcileScene, type ReconcileScene } from '../../support/reconcile-scene.ts';
import { reconcileParts } from '../../support/reconciler/load-reconcile-parts.ts';

const parts = reconcileParts();
const id = '11111111-1111-4000-8000-000000000001';
const other = '22222222-2222-4000-8000-000000000002';
const wrapper = { words: ['teamclaude', 'run'], leftOut: null };
const found: AgentFinding = { kind: 'conversation', source: 'registry', confidence: 'certain' };

describe('a conversation that can be resumed is started', () => {
  test('with the arguments of its agent, by the shell that the agent came from', async () => {
    const scene = reconcileScene();
    const code = scene.made('code');
    writeTranscript(scene, id, code);
    const launch = { directory: code, args: ['--model', 'opus'], env: { CLAUDE_CONFIG_DIR: '' } };
    const start = await startOf(scene, { conversation: claude(id), agent: agentIn(launch) });
    expect(start).toMatchObject({ kind: 'agent', agent: 'claude', conversation: { id } });
    expect(commandOf(start)).toEqual(['claude', '--resume', id, '--model', 'opus']);
    expect(start).toMatchObject({ command: expect.arrayContaining(['/bin/bash', '-l', '-i']) });
  });

  test('from its id alone, where nothing else is known of it', async () => {
    const scene = reconcileScene();
    const code = scene.made('code');
    writeTranscript(scene, id, code);
    expect(commandOf(await startOf(scene, { conversation: claude(id), cwd: code }))).toEqual([
      'claude',
      '--resume',
      id,
    ]);
  });

  test('without the arguments that let it act unasked, where the roster says so', async () => {
    const scene = reconcileScene({ policy: { allowSkipPermissions: false } });
    const code = scene.made('code');
    writeTranscript(scene, id, code);
    const args = ['--dangerously-skip-permissions', '--model', 'opus'];
    const start = await startOf(scene, { conversation: claude(id), agent: agentIn({ directory: code, args }) });
    expect(commandOf(start)).toEqual(['claude', '--resume', id, '--model', 'opus']);
  });
});

describe('what ran in front of an agent', () => {
  test.each<[string, readonly string[], boolean, readonly string[], string | null]>([
    ['runs in front of it again', ['teamclaude', 'run'], true, ['teamclaude', 'run'], null],
    ['stays where its agent has to ask', ['teamclaude', 'run'], false, ['teamclaude', 'run'], null],
    ['may let it act unasked', ['wrap', '--yolo'], true, ['wrap', '--yolo'], null],
    [
      'is left out, and named, where it may not',
      ['wrap', '--yolo'],
      false,
      [],
      'claude runs without wrap in front of it',
    ],
  ])('%s', async (_title, words, allowSkipPermissions, expected, note) => {
    const scene = reconcileScene({ policy: { allowSkipPermissions } });
    const code = scene.made('code');
    writeTranscript(scene, id, code);
    const agent = { ...agentIn({ directory: code }), wrapper: { words, leftOut: null } };
    const start = await startOf(scene, { conversation: claude(id), agent });
    expect(start).toMatchObject({ kind: 'agent', note });
    expect(wordsOf(start)).toEqual([...expected, 'claude', '--resume', id]);
  });
});

describe('a conversation that cannot be resumed leaves a shell', () => {
  test('and is lost, when its transcript is gone', async () => {
    const scene = reconcileScene();
    const start = await startOf(scene, { conversation: claude(id), cwd: scene.made('code') });
    expect(start).toEqual({
      kind: 'shell',
      lost: claude(id),
      note: 'claude 11111111 cannot be resumed: its transcript was removed',
    });
  });

  test('and is lost, when its directory cannot be entered', async () => {
    const scene = reconcileScene();
    writeTranscript(scene, id, `${scene.home}/gone`);
    const start = await startOf(scene, { conversation: claude(id), cwd: `${scene.home}/gone` });
    expect(start).toMatchObject({ kind: 'shell', lost: { id }, note: expect.stringContaining('cannot be entered') });
  });

  test('and is lost, when no agent of that name is known', async () => {
    const conversation = { agent: 'no-such-agent', id, ended: null };
    const start = await startOf(reconcileScene(), { conversation, agent: null });
    expect(start).toMatchObject({ kind: 'shell', note: expect.stringContaining('no-such-agent') });
  });
});

describe('an agent without a conversation', () => {
  test('is started anew when it had not been spoken to', async () => {
    const scene = reconcileScene();
    const start = await startOf(scene, { agent: agentIn({ directory: scene.made('code') }, { kind: 'fresh' }) });
    expect(start).toMatchObject({ kind: 'agent', agent: 'claude', conversation: null });
    expect(commandOf(start)).toEqual(['claude']);
  });

  test.each<[string, AgentFinding, string | null]>([
    [
      'is not started when it cannot be told which one it held, and why is said',
      { kind: 'unidentified', reason: 'two panes claim it' },
      'claude is not started: two panes claim it',
    ],
    ['that has ended leaves its shell, and nothing is said', found, null],
  ])('%s', async (_title, finding, note) => {
    const scene = reconcileScene();
    const start = await startOf(scene, { agent: agentIn({ directory: scene.made('code') }, finding) });
    expect(start).toEqual({ kind: 'shell', lost: null, note });
  });

  test('and no agent at all is a shell', async () => {
    expect(await startOf(reconcileScene(), {})).toEqual({ kind: 'shell', lost: null, note: null });
  });
});

describe('the message of a run', () => {
  const message = '--model $(id)\n';

  test('comes last in the command of each resumed conversation, and not in the hint to resume it', async () => {
    const scene = reconcileScene();
    const code = scene.made('code');
    writeTranscript(scene, id, code);
    const agent = { ...agentIn({ directory: code, args: ['--add-dir', '/a', '/b'] }), wrapper };
    const [start] = await startsOf(scene, [samplePane({ conversation: claude(id), agent })], message);
    expect(start).toMatchObject({ kind: 'agent', note: null, withoutMessage: null });
    const resuming = ['teamclaude', 'run', 'claude', '--resume', id, '--add-dir', '/a', '/b'];
    expect(start === undefined ? [] : wordsOf(start)).toEqual([...resuming, '--', message]);
    expect(start).toMatchObject({ command: expect.arrayContaining([resuming.join(' ')]) });
  });

  test('goes to no agent without a conversation, to no program and to no shell', async () => {
    const scene = reconcileScene();
    const directory = scene.made('code');
    const panes = [
      { agent: agentIn({ directory }, { kind: 'fresh' }) },
      { program: { argv: ['top'] } },
      { conversation: claude(other), cwd: directory },
    ];
    const starts = await startsOf(
      scene,
      panes.map((pane) => samplePane(pane)),
      message,
    );
    expect(starts.map(({ kind }) => kind)).toEqual(['agent', 'program', 'shell']);
    expect(starts[0]).toMatchObject({ withoutMessage: null });
    expect(JSON.stringify(starts)).not.toContain('$(id)');
  });

  test.each([
    ['opencode', 'ses_1', 'go on', ['-s', 'ses_1'], 'it takes no prompt together with a conversation'],
    ['claude', id, 'purge', ['--resume', id], 'it may take a single word in lower case for one of its own commands'],
  ])('that %s does not take leaves its conversation to start without it', async (name, own, text, words, reason) => {
    const scene = reconcileScene();
    const code = scene.made('code');
    writeTranscript(scene, id, code);
    mkdirSync(join(scene.home, '.local/share/opencode'), { recursive: true });
    writeFileSync(join(scene.home, '.local/share/opencode/opencode.db'), 'rows');
    const pane = samplePane({ conversation: { agent: name, id: own, ended: null }, cwd: code });
    const [start] = await startsOf(scene, [pane], text);
    expect(start).toMatchObject({ kind: 'agent', withoutMessage: `${name} did not get the message: ${reason}` });
    expect(start === undefined ? [] : wordsOf(start)).toEqual([name, ...words]);
  });
});

test('each pane gets what its own conversation came to', async () => {
  const scene = reconcileScene();
  const code = scene.made('code');
  writeTranscript(scene, id, code);
  const panes = [
    samplePane({ conversation: claude(other), cwd: code }),
    samplePane({ conversation: claude(id), cwd: code }),
  ];
  const starts = await startsOf(scene, panes);
  expect(starts.map(({ kind }) => kind)).toEqual(['shell', 'agent']);
});

async function startOf(scene: ReconcileScene, pane: Partial<Pane>): Promise<PaneStart> {
  const [start] = await startsOf(scene, [samplePane({ shell: { program: '/bin/bash', login: true }, ...pane })]);
  if (start === undefined) throw new Error('one pane has one start');
  return start;
}

async function startsOf(
  { context, account, emo }: ReconcileScene,
  panes: readonly Pane[],
  message: string | null = null,
): Promise<readonly PaneStart[]> {
  const commands = await parts().agentCommands(context, account, emo.policy, panes, message);
  if (commands.kind === 'unknown') throw new Error(commands.reason);
  return panes.map(commands.startOf);
}

function agentIn(launch: Partial<AgentLaunch>, finding = found): PaneAgent {
  const agent = sampleAgent(finding);
  return { ...agent, launch: { ...agent.launch, ...launch } };
}

/** What is run as the agent, behind all that the shell is told. */
function commandOf(start: PaneStart): readonly string[] {
  const words = wordsOf(start);
  return words.slice(words.indexOf('claude'));
}

/** What is run in the pane, with all that is in front of the agent. */
function wordsOf(start: PaneStart): readonly string[] {
  if (start.kind === 'shell') throw new Error(`a shell: ${start.note}`);
  return start.command.slice(start.command.indexOf('--') + 1);
}
