import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { PaneShell } from '../../core/manifest.ts';
import { isShellName } from '../../process/shell-names.ts';
import type { Account } from '../../system/account.ts';
import { quietly } from '../../system/quietly.ts';
import { distrustedPath, isRoot } from '../../system/trusted-path.ts';

/** The shell to start in a pane, and what is to be said about it. */
export interface ShellStart {
  /** Its program; null where only tmux can tell. */
  readonly program: string | null;
  /** Two words, run without tmux's `default-command`, which may be anything; null where only tmux can tell. */
  readonly command: readonly string[] | null;
  readonly note: string | null;
}

/** What brings back the shell that ran in a pane: the recorded one, else the login shell of the account. */
export function shellStartOf(recorded: PaneShell | null, { shell }: Account): ShellStart {
  if (recorded !== null && isUsable(recorded.program)) return startOf(recorded.program, recorded.login, null);
  const note = recorded === null ? null : `its shell is ${shell}, because ${recorded.program} is not there any more`;
  return isUsable(shell) ? startOf(shell, true, note) : { program: null, command: null, note };
}

function startOf(program: string, login: boolean, note: string | null): ShellStart {
  return { program, command: [program, login ? '-l' : '-i'], note };
}

/** Root looks for a program only where nobody else decides what is there: elsewhere a look could wait for ever. */
function isUsable(program: string): boolean {
  if (!program.startsWith('/') || !isShellName(basename(program)) || basename(program) === 'busybox') return false;
  if (isRoot() && distrustedPath(program) !== null) return false;
  return quietly(() => existsSync(program)) ?? false;
}
