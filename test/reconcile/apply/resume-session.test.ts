import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ResumeAction } from '../../../src/core/plan/action.ts';
import type { Outcome } from '../../../src/core/plan/outcome.ts';
import { sampleWindows } from '../../state/sample-manifest.ts';
import { claude, clock, live, observed, seen } from '../../support/builders.ts';
import { writeTranscript } from '../../support/fake-claude.ts';
import { planFor, reconcileScene, type ReconcileScene, startsLog } from '../../support/reconcile-scene.ts';
import { reconcileParts } from '../../support/reconciler/load-reconcile-parts.ts';
import { standInTmux, type StandInTmux } from '../../support/stand-in-tmux/stand-in-tmux.ts';

const parts = reconcileParts();
const id = '11111111-1111-4000-8000-000000000001';
const other = '22222222-2222-4000-8000-000000000002';

describe('a conversation that ended in a live session', () => {
  test('is started in the place of its idle shell, which gets a window of its own', async () => {
    const { scene, tmux, pane } = await idle();
    writeTranscript(scene, id, scene.made('code'));
    const { outcome, log } = await resume(scene, [id]);
    expect(outcome).toEqual({ kind: 'resumed', notes: ['its shell is in window 1 now'] });
    const [first, second] = tmux.sessions.all[0]?.windows ?? [];
    expect(first?.panes).toMatchObject([
      { cwd: scene.made('code'), command: expect.arrayContaining(['claude', '--resume', id]) },
    ]);
    expect(second).toMatchObject({ index: 1, name: 'idle shell', panes: [{ id: pane }] });
    expect([log.turns, log.left()]).toEqual([[1], 1]);
    expect(log.watched).toMatchObject([{ session: '$0', pane: first?.panes[0]?.id, id }]);
  });

  test('runs beside where its pane cannot be moved, and that is said', async () => {
    const { scene, tmux } = await idle();
    writeTranscript(scene, id, scene.made('code'));
    tmux.sessions.refusing = ([verb]) => (verb === 'swap-pane' ? 'no' : null);
    expect((await resume(scene, [id])).outcome).toEqual({
      kind: 'resumed',
      notes: ['it runs in window 1, for its pane could not be moved: no'],
    });
  });

  test.each<[string, (scene: ReconcileScene, tmux: StandInTmux) => void, string]>([
    ['whose transcript is gone', () => {}, 'claude 11111111 cannot be resumed: its transcript was removed'],
    ['for which tmux has no window', refusing('new-window', 'no space'), 'no space'],
    [
      'whose pane is gone',
      (scene, { sessions }) => {
        transcript(scene);
        sessions.all[0]?.windows[0]?.panes.splice(0, 1, { id: '%7', cwd: '/', command: null, pid: 0 });
      },
      'its pane is not at an idle shell any more',
    ],
  ])('%s is a failure, and nothing is started', async (_title, prepare, message) => {
    const { scene, tmux } = await idle();
    prepare(scene, tmux);
    const { outcome, log } = await resume(scene, [id]);
    expect(outcome).toEqual({ kind: 'failed', message });
    expect(tmux.sessions.all[0]?.windows).toHaveLength(1);
    expect(log.left()).toBe(log.turns.length);
  });

  test('whose shell runs something by now is a failure, and nothing is started', async () => {
    const { scene, tmux } = await idle('sleep 1000; :');
    transcript(scene);
    expect((await resume(scene, [id])).outcome).toEqual({
      kind: 'failed',
      message: 'its pane is not at an idle shell any more',
    });
    expect(tmux.commandFiles).toEqual([]);
  });

  test('gets no turn while memory is short, and is deferred', async () => {
    const { scene, tmux } = await idle();
    transcript(scene);
    const { outcome } = await resume(
      scene,
      [id],
      startsLog(undefined, () => false),
    );
    expect(outcome).toEqual({ kind: 'deferred', message: 'memory is short' });
    expect(tmux.commandFiles).toEqual([]);
  });

  test('that ends at once is a failure with its last words', async () => {
    const { scene } = await idle();
    transcript(scene);
    const { outcome } = await resume(scene, [id], startsLog({ kind: 'ended', ending: 'ended', words: 'bad flag' }));
    expect(outcome).toEqual({
      kind: 'failed',
      message: 'claude ended at once, and left a shell: bad flag; its shell is in window 1 now',
    });
  });
});

test('of two in one session one fails, and the other is tried all the same', async () => {
  const { scene, tmux } = await idle();
  writeTranscript(scene, other, scene.made('code'));
  const { outcomes } = await resume(scene, [id, other]);
  expect(outcomes).toHaveLength(2);
  expect(outcomes[0]).toMatchObject({ kind: 'failed', message: expect.stringContaining('claude 11111111') });
  expect(outcomes[1]).not.toEqual(outcomes[0]);
  expect(tmux.commandFiles.join()).not.toContain(id);
});

test('a user without an account resumes nothing', async () => {
  const { scene } = await idle();
  const { outcome } = await resume({ ...scene, context: { ...scene.context, accounts: new Map() } }, [id]);
  expect(outcome).toEqual({ kind: 'failed', message: 'the user has no account' });
});

function transcript(scene: ReconcileScene): void {
  writeTranscript(scene, id, scene.made('code'));
}

function refusing(command: string, words: string) {
  return (scene: ReconcileScene, { sessions }: StandInTmux): void => {
    transcript(scene);
    sessions.refusing = ([verb]) => (verb === command ? words : null);
  };
}

/** A session whose one pane is a real shell on a terminal of its own, at its prompt or at the work that is given. */
async function idle(work?: string) {
  const scene = reconcileScene();
  const argv = work === undefined ? 'exec /bin/sh' : `exec /bin/sh -c '${work}'`;
  const terminal = spawn('script', ['-qfc', argv, '/dev/null'], { stdio: ['pipe', 'ignore', 'ignore'], env: {} });
  onTestFinished(() => void terminal.kill('SIGKILL'));
  const serverPid = terminal.pid ?? 0;
  const shell = await childIn(serverPid, work === undefined ? 0 : 1);
  const tmux = await standInTmux({ directory: scene.directory, runs: true, serverPid });
  const session = tmux.sessions.add('work', { cwd: scene.made('code'), pid: shell });
  return { scene, tmux, pane: session.windows[0]?.panes[0]?.id ?? '' };
}

/** The one child of a process, once that has so many children of its own. */
async function childIn(parent: number, children: number): Promise<number> {
  const deadlineMs = performance.now() + 5_000;
  while (performance.now() < deadlineMs) {
    const [pid] = childrenOf(parent);
    if (pid !== undefined && comm(pid) === 'sh' && childrenOf(pid).length === children) return pid;
    await delay(10);
  }
  throw new Error('the shell did not come');
}

function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

function comm(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
}

async function resume(
  scene: ReconcileScene,
  ended: readonly string[],
  log = startsLog(),
): Promise<{
  readonly outcome: Outcome | undefined;
  readonly outcomes: readonly Outcome[];
  readonly log: ReturnType<typeof startsLog>;
}> {
  const ending = { at: clock(0), killed: false };
  const panes = ended.map((one, at) => ({
    tmuxId: `%${at}`,
    cwd: scene.made('code'),
    conversation: claude(one, ending),
  }));
  const entry = live('work', { tmuxId: '$0', windows: sampleWindows(...panes) });
  const idlePanes = panes.map(({ tmuxId }) => tmuxId);
  const observation = observed([seen('work', { tmuxId: '$0', windows: entry.windows, idlePanes })]);
  const user = planFor(scene, [entry], { observation, named: ['work'] });
  const actions = user.actions.flatMap((action): readonly ResumeAction[] =>
    action.action === 'resume' ? [action] : [],
  );
  expect(actions).toHaveLength(ended.length);
  const made = await parts().resumeUserSessions(scene.context, user, actions, log.starts);
  const outcomes = [...made.values()].map(({ outcome }) => outcome);
  return { outcome: outcomes[0], outcomes, log };
}
