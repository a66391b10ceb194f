import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import type { PaneShell } from '../core/manifest.ts';
import { orNull } from '../system/or-null.ts';
import { readBounded } from '../system/read-bounded.ts';
import { uidOf } from './process-details.ts';
import { isShellName } from './shell-names.ts';

/**
 * The shell that a pane's own process is, or that it leaves behind an agent of ours; null for any other program, such as a script,
 * and for a process of another user.
 *
 * The link to its program is read and never followed.
 */
export function paneShellOf(panePid: number, uid: number): PaneShell | null {
  if (uidOf(panePid) !== uid) return null;
  const argv = (readBounded(`/proc/${panePid}/cmdline`, maxArgumentBytes) ?? '').split('\0').slice(0, -1);
  const left = shellBehindAgent(argv);
  if (left !== null) return { program: left, login: true };
  const link = `/proc/${panePid}/exe`;
  const program = orNull(link, () => readlinkSync(link))?.replace(/ \(deleted\)$/, '') ?? '';
  const login = loginOf(argv);
  return login === null || !isShellName(basename(program)) ? null : { program, login };
}

/** Those of an interactive shell are few; what runs an agent has a script among them. */
const maxArgumentBytes = 64 * 1024;

/**
 * The shell that the command of a restored agent names (agents/pane-command.ts): behind the script and the agent's name. Before
 * 0.2 the script was a text, and the shell came first.
 */
function shellBehindAgent(argv: readonly string[]): string | null {
  const script = argv.findIndex((word, at) => basename(word) === 'pane-agent' && argv.indexOf('-i') < at && at > 1);
  const text = argv.indexOf('tmux-persist');
  const shell = script > 0 ? argv[script + 2] : text > 1 && argv[text - 2] === '-c' ? argv[text + 1] : undefined;
  return shell !== undefined && isShellName(basename(shell)) && shell.startsWith('/') ? shell : null;
}

/** Whether it is a login shell; null for arguments that make it run something, or that no restore would repeat. */
function loginOf([name, ...options]: readonly string[]): boolean | null {
  if (name === undefined || options.some((option) => !plainOptions.has(option))) return null;
  return name.startsWith('-') || options.some((option) => option === '-l' || option === '--login');
}

const plainOptions: ReadonlySet<string> = new Set(['-l', '--login', '-i', '--interactive']);
