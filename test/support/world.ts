import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from './persist-sandbox.ts';
import { waitUntil } from './private-tmux.ts';

/** One pane as tmux and the kernel show it; names as tmux prints them. */
export interface PaneFact {
  readonly session: string;
  readonly window: number;
  readonly windowName: string;
  readonly pane: number;
  /** From the kernel: tmux prints a directory with a newline in two rows. */
  readonly cwd: string;
}

/** All panes as `panes` tells them, once none is on its way: before its program runs, a pane is where its server is. */
export function panesInPlace(box: Sandbox): readonly PaneFact[] {
  waitUntil(() => panes(box).every(({ cwd }) => cwd !== '/'), 'every pane in its directory');
  return panes(box);
}

/** Every pane of the sandbox's server, sorted by session, window and pane. */
export function panes(box: Sandbox): readonly PaneFact[] {
  // A window's name can hold a tab and a newline: tmux escapes it only when it renames (3.3a).
  const end = '\tend of row\n';
  const format = ['#{session_name}', '#{window_index}', '#{pane_index}', '#{pane_pid}', '#{window_name}'].join('\t');
  return box
    .tmux('list-panes', '-a', '-F', `${format}${end.trimEnd()}`)
    .split(end)
    .slice(0, -1)
    .map((row): PaneFact => {
      const [session = '', window, pane, pid = '', ...windowName] = row.split('\t');
      return {
        session,
        window: Number(window),
        windowName: windowName.join('\t'),
        pane: Number(pane),
        cwd: readlinkSync(`/proc/${pid}/cwd`),
      };
    })
    .toSorted(
      (a, b) => (a.session < b.session ? -1 : Number(a.session > b.session)) || a.window - b.window || a.pane - b.pane,
    );
}

/** The names of the running sessions, sorted; none when no server runs. */
export function sessionNames(box: Sandbox): readonly string[] {
  if (box.serverCount() === 0) return [];
  return box.tmux('list-sessions', '-F', '#{session_name}').split('\n').slice(0, -1).toSorted();
}

/** Every file below the state directory, as a sorted list of relative paths. */
export function stateFiles({ stateDirectory }: Sandbox): readonly string[] {
  return readdirSync(stateDirectory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(stateDirectory.length + 1))
    .toSorted();
}
