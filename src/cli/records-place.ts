import { lstatSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import type { Reader } from '../core/own-command.ts';
import type { Context } from '../reconcile/context.ts';
import { isSafeUserName, userDirectory } from '../state/state-paths.ts';
import type { Account } from '../system/host/accounts.ts';
import { quietly } from '../system/files/read-file.ts';
import { Refusal } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';

/** Where the records of a run are, and who may write them. */
export interface RecordsPlace {
  readonly stateDirectory: string;
  readonly keeper: Reader['recordsKeeper'];
}

/** Root's own place, whose entries their users may read. */
const rootsDirectory = '/var/lib/tmux-persist';

/**
 * The place of the records: as an option or the environment says, else root's, else the invoking user's own. A person
 * of whom root keeps records is shown those, because they are the ones that come back after a reboot.
 */
export function recordsPlaceOf({ args, env }: Pick<Invocation, 'args' | 'env'>, own: Account): RecordsPlace {
  const asked = given(args, env);
  if (own.uid === 0) return { stateDirectory: asked ?? rootsDirectory, keeper: 'invoker' };
  if (asked !== null) return { stateDirectory: asked, keeper: isRoots(asked) ? 'root' : 'invoker' };
  if (hasEntryIn(rootsDirectory, own.name)) return { stateDirectory: rootsDirectory, keeper: 'root' };
  const stateHome = env['XDG_STATE_HOME'] ?? '';
  // The XDG base directory specification says to ignore relative paths.
  const home = isAbsolute(stateHome) ? stateHome : join(own.home, '.local/state');
  return { stateDirectory: join(home, 'tmux-persist'), keeper: 'invoker' };
}

/** Throws Refusal, which says how to do it instead, when root keeps the records that a run would have to write. */
export function refuseRecordsOfRoot({ stateDirectory, recordsKeeper }: Context, instead: string): void {
  if (recordsKeeper === 'invoker') return;
  throw new Refusal(`root keeps the records in ${stateDirectory}, and root alone can write them; ${instead}`);
}

function given(args: Invocation['args'], env: Invocation['env']): string | null {
  const asked = args.last('state-dir') ?? env['TMUX_PERSIST_STATE_DIR'] ?? '';
  return asked === '' && !args.has('state-dir') ? null : resolve(asked);
}

function isRoots(directory: string): boolean {
  return quietly(() => lstatSync(directory))?.uid === 0;
}

function hasEntryIn(directory: string, user: string): boolean {
  return isSafeUserName(user) && quietly(() => lstatSync(userDirectory(directory, user))) !== null;
}
