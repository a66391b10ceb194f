import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { binary, type Environment, type PersistResult } from '../../support/persist-sandbox.ts';
import { openNamespace } from './namespace.ts';

/** Where the program is run again and again: a directory, a state directory in it, and a namespace of their own. */
export interface FaultBox {
  /** Those whose records are looked at. */
  readonly users: readonly string[];
  readonly directory: string;
  readonly stateDirectory: string;
  readonly env: Environment;
  /** Runs a program inside the namespace, and waits for its end. */
  readonly run: (argv: readonly string[], env?: Environment) => Promise<PersistResult>;
  /** Runs the built program inside. */
  readonly persist: (...args: readonly string[]) => Promise<PersistResult>;
  /** Keeps the state directory as it is, under a name. */
  readonly keepState: (name: string) => void;
  /** Puts the state directory into one of the states that were kept; into none, if there was none. */
  readonly restoreState: (name: string) => void;
  readonly close: () => void;
}

interface FaultBoxOptions {
  readonly users: readonly string[];
  readonly directory: string;
  readonly rosterPath: string;
  readonly env: Environment;
}

/** Opens a box in a directory, which stays the caller's to remove. */
export function openFaultBox({ users, directory, rosterPath, env: own }: FaultBoxOptions): FaultBox {
  const stateDirectory = join(directory, 'state');
  const namespace = openNamespace();
  const env: Environment = {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    TMUX_PERSIST_STATE_DIR: stateDirectory,
    TMUX_PERSIST_ROSTER: rosterPath,
    TZ: 'UTC',
    ...own,
  };
  const run: FaultBox['run'] = (argv, more = {}) => namespace.run(argv, { ...env, ...more });
  const kept = (name: string): string => join(directory, 'kept', name);
  return {
    users,
    directory,
    stateDirectory,
    env,
    run,
    persist: (...args) => run([process.execPath, binary, ...args]),
    keepState: (name) => {
      rmSync(kept(name), { recursive: true, force: true });
      mkdirSync(join(directory, 'kept'), { recursive: true });
      if (existsSync(stateDirectory)) copy(stateDirectory, kept(name));
    },
    restoreState: (name) => {
      rmSync(stateDirectory, { recursive: true, force: true });
      if (existsSync(kept(name))) copy(kept(name), stateDirectory);
    },
    close: namespace.close,
  };
}

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, preserveTimestamps: true });
}
