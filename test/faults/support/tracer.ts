import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PersistResult } from '../../support/persist-sandbox.ts';
import type { FaultBox } from './fault-box.ts';
import { programArgv, type Subject } from './subjects.ts';
import { isNoise, nameOf, parseTrace, type TracedCall } from './trace.ts';

/**
 * The calls that can be hit: of files, of descriptors and of processes, by their names on x86_64 and on aarch64. `?` lets
 * strace pass over those that an architecture has not.
 */
const hittable = [
  'open,openat,stat,lstat,statx,newfstatat,fstat,access,faccessat,faccessat2,readlink,readlinkat,getdents64',
  'mkdir,mkdirat,rename,renameat,renameat2,link,linkat,unlink,unlinkat,rmdir,chmod,fchmod,fchmodat,chown,fchown,fchownat',
  'read,pread64,write,pwrite64,writev,fsync,fdatasync,ftruncate,close',
  'pipe,pipe2,socketpair,fork,vfork,clone,clone3,wait4,exit_group,socket,connect,sendmsg,recvmsg,flock',
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

/** What is run, where, and what of it is traced. */
export interface Traced {
  readonly box: FaultBox;
  readonly args: readonly string[];
  readonly subject: Subject;
}

/** Lists the calls of a run that nobody disturbs. Throws where strace does not work. */
export async function traceRun(traced: Traced): Promise<readonly TracedCall[]> {
  const { result, calls } = await underStrace(traced, []);
  if (calls.length === 0) throw new Error(`strace has seen nothing: ${result.stderr}`);
  return calls;
}

/**
 * Strikes at one of the calls of an undisturbed run. strace counts calls by name, and some of Node's own come and go; where
 * another than the wanted one was hit, `reset` prepares the scene again, and the aim is mended.
 */
export async function strike(
  traced: Traced,
  target: { readonly calls: readonly TracedCall[]; readonly wanted: TracedCall; readonly fault: Fault },
  reset: () => Promise<void>,
): Promise<FaultyRun> {
  const { wanted, fault } = target;
  const position = positionOf(wanted, target.calls);
  let { ordinal } = wanted;
  for (let attempt = 1; ; attempt += 1) {
    const { result, calls } = await underStrace(traced, [injection(wanted.syscall, fault, ordinal)]);
    const same = calls.filter(({ syscall }) => syscall === wanted.syscall);
    const hit = same[ordinal - 1] ?? null;
    if ((hit !== null && isSame(hit, wanted)) || attempt === maxAttempts) return { hit, result };
    // Where fewer calls of the name were made than that, the trace of the whole run has the place of the wanted one.
    const seen = same.find((call) => isSame(call, wanted))?.ordinal;
    if (seen !== undefined) ordinal = seen;
    // Not made at all this time: the next run may make it.
    else if (hit !== null) ordinal += Math.max(1, position - positionOf(hit, calls));
    await reset();
  }
}

/** Strikes whoever starts another program, as that starts, or whoever makes a call that only one program makes. */
export async function strikeChild(
  { box, args }: Omit<Traced, 'subject'>,
  child: { readonly syscall: string; readonly path: string | null; readonly fault: Fault },
): Promise<FaultyRun> {
  const ofPath = child.path === null ? [] : ['-P', child.path];
  const log = logIn(box);
  const tracer = ['strace', '-f', '-y', '-o', log, ...ofPath, '-e', `trace=${child.syscall}`];
  const strace = [...tracer, '-e', injection(child.syscall, child.fault, 1)];
  const result = await box.run([...strace, ...programArgv(args)]);
  const [hit = null] = parseTrace(readFileSync(log, 'utf8').replaceAll(/^\d+ +/gm, ''), box.directory);
  return { hit, result };
}

function injection(syscall: string, fault: Fault, ordinal: number): string {
  return `inject=${syscall}:${fault.kind === 'kill' ? 'signal=KILL' : `error=${fault.errno}`}:when=${ordinal}`;
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

/** How often Node's threads wake each other differs from run to run, and so does what the ordinal of a write stands for. */
const maxAttempts = 24;

/** Without `-f`: of Node only the main thread is traced, which makes all calls of our own; a signal takes the whole process. */
async function underStrace(
  { box, args, subject }: Traced,
  injections: readonly string[],
): Promise<{ readonly result: PersistResult; readonly calls: readonly TracedCall[] }> {
  const log = logIn(box);
  writeFileSync(log, '');
  const options = [`trace=${hittable}`, ...injections].flatMap((one) => ['-e', one]);
  const result = await subject.run(box, args, ['strace', '-y', '-o', log, ...options]);
  return { result, calls: parseTrace(readFileSync(log, 'utf8'), box.directory) };
}

function logIn({ directory }: FaultBox): string {
  return join(directory, 'strace.log');
}
