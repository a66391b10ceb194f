import type { FaultBox } from './fault-box.ts';
import { startSessions } from './save-scenes.ts';
import type { Scene } from './scene.ts';

const proof = { args: ['plan', '--no-units', '--exit-code'], prints: /Plan: nothing to do; / };

/** Three sessions, one of them with windows and panes, went with their server; apply has to start one. */
export const applyAfterCrash: Scene = {
  name: 'apply, after the server died',
  policy: '',
  args: ['apply', '--no-units'],
  proof,
  prepare: async (box) => {
    await startSessions(box, 'notes', 'scratch');
    await startWork(box);
    await save(box);
    box.killServer();
    box.keepState('before');
  },
  reset: async (box) => {
    box.killServer();
    box.restoreState('before');
  },
  world: async (box) => (box.serverCount() === 0 ? [] : panesOf(box)),
};

/** What was closed is asked for, while a session runs that nobody may touch. */
export const applyBesideLive: Scene = {
  name: 'apply --all, beside a live session',
  policy: '',
  args: ['apply', '--no-units', '--all'],
  proof,
  prepare: async (box) => {
    await startSessions(box, 'keep', 'notes', 'scratch');
    await startWork(box);
    await save(box);
    await endSessions(box);
    await save(box);
    box.keepState('before');
  },
  reset: async (box) => {
    await endSessions(box);
    box.restoreState('before');
  },
  world: async (box) => [...(await panesOf(box)), ...(await identityOf(box, 'keep'))],
};

async function startWork(box: FaultBox): Promise<void> {
  await box.tmux('new-session', '-d', '-s', 'work', '-c', box.home);
  await box.tmux('split-window', '-t', '=work:', '-c', '/usr');
  await box.tmux('new-window', '-t', '=work:5', '-c', '/etc');
}

async function endSessions(box: FaultBox): Promise<void> {
  const names = (await box.tmux('list-sessions', '-F', '#{session_name}')).trim().split('\n');
  for (const name of names) if (name !== 'keep') await box.tmux('kill-session', '-t', `=${name}`);
}

async function save(box: FaultBox): Promise<void> {
  const { exitCode, stdout, stderr } = await box.persist('save');
  if (exitCode !== 0) throw new Error(`save failed: ${stdout}${stderr}`);
}

async function panesOf(box: FaultBox): Promise<readonly string[]> {
  const format = '#{session_name}:#{window_index}.#{pane_index} #{window_layout}';
  const rows = await box.tmux('list-panes', '-a', '-F', format);
  return rows
    .trim()
    .split('\n')
    .map((row) => row.replace(/ .*$/, (layout) => ` ${(layout.match(/\d+x\d+/g) ?? []).join(' ')}`));
}

/** What would change if the session were not the one that it was. */
async function identityOf(box: FaultBox, name: string): Promise<readonly string[]> {
  const format = '#{session_id} #{session_name} #{session_created} #{window_id} #{pane_id} #{pane_pid}';
  return (await box.tmux('list-panes', '-s', '-t', `=${name}:`, '-F', format)).trim().split('\n');
}
