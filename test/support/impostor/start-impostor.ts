import { spawn } from 'node:child_process';
import { chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { onTestFinished } from 'vitest';
import { waitUntil } from '../private-tmux.ts';
import type { UnixUser } from '../unix-users.ts';
import type { Behaviour } from './behaviour.ts';

export interface Impostor {
  /** What it has told of itself: that it listens, and what it has stolen. */
  readonly told: () => string;
  readonly stop: () => void;
}

/** Has the user run a server that is not tmux in the place of theirs; it ends with the running test. */
export function startImpostor(user: UnixUser, directory: string, behaviour: Behaviour): Impostor {
  const program = join(directory, 'impostor.mjs');
  if (!existsSync(program)) bundle(program);
  const behaviourPath = join(directory, `${user.name}.behaviour.json`);
  writeFileSync(behaviourPath, JSON.stringify(behaviour));
  makeSocketDirectory(user);
  const logPath = join(directory, `${user.name}.impostor.log`);
  const log = openSync(logPath, 'w');
  // `setpriv` becomes the program, so that killing it kills that.
  const own = ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups'];
  const words = [process.execPath, program, user.socketPath, behaviourPath];
  const child = spawn('setpriv', [...own, ...words], { cwd: '/', env: {}, stdio: ['ignore', log, 'inherit'] });
  closeSync(log);
  const stop = (): void => {
    child.kill('SIGKILL');
    rmSync(user.socketPath, { force: true });
  };
  onTestFinished(stop);
  const told = (): string => readFileSync(logPath, 'utf8');
  waitUntil(() => told().startsWith('listening\n'), 'the impostor');
  return { told, stop };
}

/** Where tmux keeps the user's sockets, as tmux makes it. */
export function makeSocketDirectory({ socketPath, uid, gid }: UnixUser): void {
  const path = dirname(socketPath);
  if (existsSync(path)) return;
  mkdirSync(path, { mode: 0o700 });
  chownSync(path, uid, gid);
}

function bundle(program: string): void {
  const source = join(import.meta.dirname, 'impostor.ts');
  buildSync({
    entryPoints: [source],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
}
