import type { Point } from './strike-all.ts';
import { isNoise, type TracedCall } from './trace.ts';

export type Choice = (calls: readonly TracedCall[]) => readonly Point[];

/** Death at every call of our own from the first effect on, which is that of the lock. */
export const deathAtEveryCall: Choice = (calls) => {
  const own = ownCalls(calls);
  return killing(own.slice(own.findIndex(isChange)));
};

/**
 * Death before every call that changes something on disk or starts a process, and as the program ends: between two of them a
 * death leaves the same behind, wherever it falls.
 */
export const deathAtEveryChange: Choice = (calls) =>
  killing(ownCalls(calls).filter((call) => isChange(call) || call.syscall === 'exit_group'));

/** Death before anything was done: at calls here and there from the start of Node on. */
export const deathBeforeAnyEffect: Choice = (calls) => {
  const steady = calls.filter((call) => !isNoise(call));
  return killing(thinned(steady.slice(0, steady.findIndex(isChange)), 20));
};

function killing(calls: readonly TracedCall[]): readonly Point[] {
  return calls.map((call) => ({ call, fault: { kind: 'kill' } }));
}

/** At most as many as asked for, evenly spread, the last one among them. */
export function thinned<Item>(items: readonly Item[], count: number): readonly Item[] {
  const step = Math.max(1, Math.ceil(items.length / count));
  return items.filter((_, at) => (items.length - 1 - at) % step === 0);
}

/**
 * Every error at every call of our own. Not at those by which Node runs itself: its loader, and the pipes and sockets to its
 * threads and children, where libuv answers an error by ending the process.
 */
export const errorAtEveryCall: Choice = (calls) =>
  ownCalls(calls)
    .filter(isFallible)
    .flatMap((call) => errorsOf(call).map((errno): Point => ({ call, fault: { kind: 'error', errno } })));

/** One error, a different one from call to call, at the calls that change something on disk or start a process. */
export const errorAtEveryChange: Choice = (calls) =>
  ownCalls(calls)
    .filter((call) => isChange(call) && isFallible(call))
    .flatMap((call, at): readonly Point[] => {
      const possible = errorsOf(call);
      const errno = possible[at % possible.length];
      return errno === undefined ? [] : [{ call, fault: { kind: 'error', errno } }];
    });

/** Death of a client of tmux, wherever it speaks to its server or to us. */
export const deathOfTmuxClient: Choice = (calls) =>
  killing(
    calls.filter(({ syscall }) => /^(connect|sendmsg|recvmsg|write|fork|vfork|clone|flock|exit_group)/.test(syscall)),
  );

/** Death of the reading child, here and there from its start on. */
export const deathOfReader: Choice = (calls) =>
  killing(
    thinned(
      calls.filter((call) => !isNoise(call)),
      15,
    ),
  );

/** Every error that a call of the reading child can give, once it has read what it is asked. */
export const errorOfReader: Choice = (calls) => {
  const asked = calls.findIndex(({ syscall, place }) => syscall === 'read' && place === 'stdin');
  const own = calls.slice(asked).filter((call) => !isNoise(call) && isFallible(call) && call.place !== 'stdout');
  return own.flatMap((call) =>
    errorsOf(call)
      // Users may close what is theirs, and that is no failure.
      .filter((errno) => errno !== 'EACCES')
      .map((errno): Point => ({ call, fault: { kind: 'error', errno } })),
  );
};

/** The calls that our code makes: from the first of its own modules on, without those of Node's loader and threads. */
function ownCalls(calls: readonly TracedCall[]): readonly TracedCall[] {
  const start = calls.findIndex(({ place }) => place.includes('/dist/program.js'));
  if (start === -1) throw new Error('the trace has no call of the program in it');
  return calls
    .slice(start)
    .filter((call) => !isNoise(call) && !call.place.includes('/dist/') && call.place !== 'thread');
}

function isChange({ syscall, place, line }: TracedCall): boolean {
  if (syscall.startsWith('open')) return line.includes('O_CREAT');
  if (place === 'stdout' || place === 'stderr') return false;
  return /^(mkdir|rename|link|unlink|rmdir|chmod|fchmod|chown|fchown|write|pwrite|fsync|clone|fork|vfork)/.test(
    syscall,
  );
}

function isFallible({ syscall, place }: TracedCall): boolean {
  if (place === 'stdout' || place === 'stderr') return syscall === 'write';
  // Only for a writer has close(2) anything to tell.
  if (syscall === 'close') return place.endsWith('.tmp');
  return place !== 'socket' && place !== 'stdin';
}

/** What a kernel or a file system can answer to each call: an error that cannot be proves nothing. */
const possibleErrors: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^open/, ['EMFILE', 'EIO', 'EACCES', 'ENOSPC']],
  [/^(mkdir|rename|link)/, ['ENOSPC', 'EACCES', 'EIO']],
  [/^(unlink|rmdir|chmod|fchmod|chown|fchown)/, ['EACCES', 'EIO']],
  [/^(write|pwrite|fsync|fdatasync|ftruncate|close)/, ['ENOSPC', 'EIO']],
  [/^(read|pread64|getdents64)$/, ['EIO']],
  [/^(stat|lstat|statx|newfstatat|fstat|access|faccessat|readlink)/, ['EIO', 'EACCES']],
  [/^(pipe|socketpair)/, ['EMFILE']],
  [/^(fork|vfork|clone)/, ['EAGAIN', 'ENOMEM']],
];

function errorsOf({ syscall, place, line }: TracedCall): readonly string[] {
  const possible = possibleErrors.find(([pattern]) => pattern.test(syscall))?.[1] ?? [];
  return possible.filter((errno) => {
    // What /proc and /etc say is open to everybody or to nobody: it is not closed once and open again.
    if (errno === 'EACCES') return place.startsWith('~');
    return errno !== 'ENOSPC' || !syscall.startsWith('open') || line.includes('O_CREAT');
  });
}
