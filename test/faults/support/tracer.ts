import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { binary, type PersistResult } from '../../support/persist-sandbox.ts';
import type { FaultBox } from './fault-box.ts';
import { isNoise, nameOf, parseTrace, type TracedCall } from './trace.ts';

/**
 * The calls that can be hit: of files, of descriptors and of processes, by their names on x86_64 and on aarch64. `?` lets
 * strace pass over those that an architecture has not.
 */
const traced = [
  'open,openat,stat,lstat,statx,newfstatat,fstat,access,faccessat,faccessat2,readlink,readlinkat,getdents64',
  'mkdir,mkdirat,rename,renameat,renameat2,link,linkat,unlink,unlinkat,rmdir,chmod,fchmod,fchmodat,chown,fchown,fchownat',
  'read,pread64,write,pwrite64,writev,fsync,fdatasync,ftruncate,close',
  'pipe,pipe2,socketpair,fork,vfork,clone,clone3,wait4,exit_group',
]
  .join(',')
  .replaceAll(/(\w+)/g, '?$1');

/** What happens to the program as it enters a call. */
export type Fault = { readonly kind: 'kill' } | { readonly kind: 'error'; readonly errno: string };

export interface FaultyRun {
  /** What was hit; null when nothing was, because the run had ended before. */
  readonly hit: TracedCall | null;
  readonly result: PersistResult;
}

/** Runs the program in a box under strace, and lists its calls. Throws where strace does not work. */
export async function traceRun(box: FaultBox, args: readonly string[]): Promise<readonly TracedCall[]> {
  const { result, calls } = await underStrace(box, args, []);
  if (calls.length === 0) throw new Error(`strace has seen nothing: ${result.stderr}`);
  return calls;
}

/**
 * Runs the program and strikes at one of the calls of an undisturbed run. strace counts calls by name, and some of Node's
 * own come and go; where another than the wanted one was hit, `reset` prepares the scene again, and the aim is mended.
 */
export async function strike(
  box: FaultBox,
  args: readonly string[],
  target: { readonly calls: readonly TracedCall[]; readonly wanted: TracedCall; readonly fault: Fault },
  reset: () => Promise<void>,
): Promise<FaultyRun> {
  const { wanted, fault } = target;
  const what = fault.kind === 'kill' ? 'signal=KILL' : `error=${fault.errno}`;
  const position = positionOf(wanted, target.calls);
  let { ordinal } = wanted;
  for (let attempt = 1; ; attempt += 1) {
    const injection = ['-e', `inject=${wanted.syscall}:${what}:when=${ordinal}`];
    const { result, calls } = await underStrace(box, args, injection);
    const same = calls.filter(({ syscall }) => syscall === wanted.syscall);
    const hit = same[ordinal - 1] ?? null;
    if (hit === null || isSame(hit, wanted) || attempt === maxAttempts) return { hit, result };
    const seen = same.find((call) => isSame(call, wanted))?.ordinal;
    ordinal = seen ?? ordinal + Math.max(1, position - positionOf(hit, calls));
    await reset();
  }
}

/** How many steady calls of its name are made up to a call. */
function positionOf({ syscall, ordinal }: TracedCall, calls: readonly TracedCall[]): number {
  return calls.filter((call) => call.syscall === syscall && call.ordinal <= ordinal && !isNoise(call)).length;
}

/** What a socket has to say comes in more or in fewer pieces. */
export function isSame(one: TracedCall, other: TracedCall): boolean {
  return one.place === 'socket'
    ? one.syscall === other.syscall && one.place === other.place
    : nameOf(one) === nameOf(other);
}

const maxAttempts = 8;

/** Without `-f`: only the main thread is traced, which makes all calls of our own; a signal takes the whole process. */
async function underStrace(
  box: FaultBox,
  args: readonly string[],
  injection: readonly string[],
): Promise<{ readonly result: PersistResult; readonly calls: readonly TracedCall[] }> {
  const log = join(box.home, 'strace.log');
  const tracer = ['strace', '-y', '-o', log, '-e', `trace=${traced}`, ...injection];
  const result = await box.run([...tracer, process.execPath, binary, ...args]);
  return { result, calls: parseTrace(readFileSync(log, 'utf8'), box.home) };
}
