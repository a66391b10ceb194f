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
  return { stateDirectory: ownStateDirectory({ args, env }, own), keeper: 'invoker' };
}

/** Where a person's own records are, whatever root keeps. */
export function ownStateDirectory({ args, env }: Pick<Invocation, 'args' | 'env'>, { home }: Account): string {
  return given(args, env) ?? join(stateHomeIn(env) ?? join(home, '.local/state'), 'tmux-persist');
}

/** Variables that lead a later run to the same records, from another environment; none where nothing but the home decides. */
export function recordsVariables({ args, env }: Pick<Invocation, 'args' | 'env'>): Readonly<Record<string, string>> {
  const asked = given(args, env);
  if (asked !== null) return { TMUX_PERSIST_STATE_DIR: asked };
  const stateHome = stateHomeIn(env);
  return stateHome === null ? {} : { XDG_STATE_HOME: stateHome };
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

/** The XDG base directory specification says to ignore relative paths. */
function stateHomeIn(env: Invocation['env']): string | null {
  const path = env['XDG_STATE_HOME'] ?? '';
  return isAbsolute(path) ? path : null;
}

function isRoots(directory: string): boolean {
  return quietly(() => lstatSync(directory))?.uid === 0;
}

function hasEntryIn(directory: string, user: string): boolean {
  return isSafeUserName(user) && quietly(() => lstatSync(userDirectory(directory, user))) !== null;
}
