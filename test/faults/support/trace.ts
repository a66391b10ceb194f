/** One system call of the program's main thread, as strace has written it down. */
export interface TracedCall {
  readonly syscall: string;
  /** Which call of this name it is, from 1: what strace counts by. */
  readonly ordinal: number;
  /** The path it is about, without what differs from run to run; `child` for a new process, else what the descriptor is. */
  readonly place: string;
  /** Which call of this name at this place it is, from 1: together they name the call in every run of a scene. */
  readonly turn: number;
  readonly line: string;
}

/** Takes a log of `strace -y` apart. `home` is written as `~`. */
export function parseTrace(log: string, home: string): readonly TracedCall[] {
  const ordinals = new Map<string, number>();
  const turns = new Map<string, number>();
  return log.split('\n').flatMap((line) => {
    const syscall = /^(\w+)\(/.exec(line)?.[1];
    if (syscall === undefined) return [];
    const place = placeOf(syscall, line, home);
    return [{ syscall, ordinal: count(ordinals, syscall), place, turn: count(turns, `${syscall} ${place}`), line }];
  });
}

function count(counts: Map<string, number>, key: string): number {
  const next = (counts.get(key) ?? 0) + 1;
  counts.set(key, next);
  return next;
}

/** Node's own pipes and counters, which its threads wake each other by: how often is a matter of chance. */
export function isNoise({ place }: TracedCall): boolean {
  return /^(pipe|eventfd|eventpoll)$/.test(place);
}

/** What a call is called in every run of a scene. */
export function nameOf({ syscall, place, turn }: TracedCall): string {
  return `${syscall} ${place}${turn === 1 ? '' : ` (${turn})`}`;
}

function placeOf(syscall: string, line: string, home: string): string {
  if (/^(clone|clone3|fork|vfork)$/.test(syscall)) return line.includes('CLONE_THREAD') ? 'thread' : 'child';
  if (/^(pipe2?|socketpair|exit_group|wait4)$/.test(syscall)) return 'process';
  const standard = /^\w+\(([012])</.exec(line)?.[1];
  if (standard !== undefined) return ['stdin', 'stdout', 'stderr'][Number(standard)] ?? '';
  const ofDescriptor = /^\w+\(\d+<([^>]*)>/.exec(line)?.[1];
  const paths = [...line.matchAll(/"([^"]*)"/g)].map(([, path]) => path ?? '');
  // The second text of a link that is read is its target, which a run that is killed there does not show.
  return steady(ofDescriptor ?? paths.slice(0, syscall.startsWith('readlink') ? 1 : 2).join(' to '), home);
}

function steady(text: string, home: string): string {
  return (
    text
      .replaceAll(home, '~')
      .replaceAll(/\d{8}T\d{6}(?!\d)/g, 'ID')
      .replaceAll(/\.\d+\.[0-9a-f]{12}\.tmp/g, '.tmp')
      .replaceAll(/^\/proc\/\d+/g, '/proc/PID')
      // The accounts of one stage are not those of the other (test/support/unix-users).
      .replaceAll(/tpt-[0-9a-f]{6}/g, 'tpt')
      .replaceAll(/user-\d+\.slice/g, 'user-UID.slice')
      .replaceAll(/^(pipe|socket):.*$/g, '$1')
      .replaceAll(/^anon_inode:\[?(\w+)\]?$/g, '$1')
  );
}
