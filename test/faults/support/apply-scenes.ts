import { openOwnBox, type OwnBox } from './own-box.ts';
import { mustSave, startSessions } from './save-scenes.ts';
import type { Scene } from './scene.ts';

const proof = { args: ['plan', '--no-units', '--exit-code'], prints: /Plan: nothing to do\./ };

/** Three sessions, one of them with windows and panes, went with their server; apply has to start one. */
export const applyAfterCrash: Scene = {
  name: 'apply, after the server died',
  args: ['apply', '--no-units'],
  proof,
  records: 'session-by-session',
  open: async () => {
    const box = openOwnBox();
    await startSessions(box, 'notes', 'scratch');
    await startWork(box);
    await mustSave(box);
    box.killServer();
    box.keepState('before');
    return {
      box,
      reset: async () => {
        box.killServer();
        box.restoreState('before');
      },
      world: async () => (box.hasServer() ? panesOf(box) : []),
      close: box.close,
    };
  },
};

/** What was closed is asked for, while a session runs that nobody may touch. */
export const applyBesideLive: Scene = {
  name: 'apply --all, beside a live session',
  args: ['apply', '--no-units', '--all'],
  proof,
  records: 'session-by-session',
  open: async () => {
    const box = openOwnBox();
    await startSessions(box, 'keep', 'notes', 'scratch');
    await startWork(box);
    await mustSave(box);
    await endAllBut(box, 'keep');
    await mustSave(box);
    box.keepState('before');
    return {
      box,
      reset: async () => {
        await endAllBut(box, 'keep');
        box.restoreState('before');
      },
      world: async () => [...(await panesOf(box)), ...(await identityOf(box, 'keep'))],
      close: box.close,
    };
  },
};

async function startWork(box: OwnBox): Promise<void> {
  await box.tmux('new-session', '-d', '-s', 'work', '-c', box.home);
  await box.tmux('split-window', '-t', '=work:', '-c', '/usr');
  await box.tmux('new-window', '-t', '=work:5', '-c', '/etc');
}

async function endAllBut(box: OwnBox, kept: string): Promise<void> {
  const names = (await box.tmux('list-sessions', '-F', '#{session_name}')).trim().split('\n');
  for (const name of names) if (name !== kept) await box.tmux('kill-session', '-t', `=${name}`);
}

async function panesOf(box: OwnBox): Promise<readonly string[]> {
  const format = '#{session_name}:#{window_index}.#{pane_index} #{window_layout}';
  const rows = (await box.tmux('list-panes', '-a', '-F', format)).trim().split('\n');
  return rows.map((row) => row.replace(/ .*$/, (layout) => ` ${(layout.match(/\d+x\d+/g) ?? []).join(' ')}`));
}

/** What would change if the session were not the one that it was. */
async function identityOf(box: OwnBox, name: string): Promise<readonly string[]> {
  const format = '#{session_id} #{session_name} #{session_created} #{window_id} #{pane_id} #{pane_pid}';
  return (await box.tmux('list-panes', '-s', '-t', `=${name}:`, '-F', format)).trim().split('\n');
}
