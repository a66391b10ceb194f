import type { Killer, KillerDaemon, ProcessKill } from '../core/endings.ts';
import type { LocalClock } from './clock.ts';
import { printable } from './printable.ts';

/** When a process was killed, and who did it: `killed 14:02 by its own limit of 6 GiB`. */
export function killWords({ at, killer }: Pick<ProcessKill, 'at' | 'killer'>, now: string, clock: LocalClock): string {
  return `killed ${clock.brief(at, now)} ${killerWords(killer)}`;
}

/** Who killed a process, for the JSON documents. */
interface KillerDocument {
  /** Programs that read it may rely on these words. */
  readonly by: LimitKind | 'host' | KillerDaemon;
  /** The control group whose limit it was; null when it was no limit. */
  readonly cgroup: string | null;
  /** null when it was no limit, or when nobody knows it any more. */
  readonly limitMib: number | null;
}

export function killerDocument(killer: Killer): KillerDocument {
  switch (killer.kind) {
    case 'limit':
      return { by: limitKindOf(nameOf(killer.cgroup)), cgroup: killer.cgroup, limitMib: killer.limitMib };
    case 'host':
      return { by: 'host', cgroup: null, limitMib: null };
    case 'daemon':
      return { by: killer.name, cgroup: null, limitMib: null };
  }
}

/** Whose limit it was: of the pane, of the tmux server, of the user, or of something else. */
type LimitKind = 'own-limit' | 'server-limit' | 'user-limit' | 'limit';

/** Who killed a process: `by its own limit of 6 GiB`. */
export function killerWords(killer: Killer): string {
  switch (killer.kind) {
    case 'limit':
      return limitWords(nameOf(killer.cgroup), killer.limitMib);
    case 'host':
      return 'by the kernel: the host had no memory';
    case 'daemon':
      return `by ${killer.name}`;
  }
}

function limitWords(name: string, limitMib: number | null): string {
  const figure = limitMib === null ? null : memoryText(limitMib);
  const behind = figure === null ? '' : `, ${figure}`;
  switch (limitKindOf(name)) {
    case 'own-limit':
      return figure === null ? 'by its own limit' : `by its own limit of ${figure}`;
    case 'server-limit':
      return `by the limit of its server${behind}`;
    case 'user-limit':
      return `by the limit of its user${behind}`;
    case 'limit':
      return `by the limit of ${name === '' ? 'a control group' : printable(name)}${behind}`;
  }
}

function nameOf(cgroup: string | null): string {
  return (cgroup ?? '').split('/').findLast((part) => part !== '') ?? '';
}

/** tmux 3.4 and later names the scope of a pane so; `systemd/start-in-service.ts` names the service of a server. */
function limitKindOf(name: string): LimitKind {
  if (/^tmux-spawn-.+\.scope$/.test(name)) return 'own-limit';
  if (/^tmux-server-.+\.service$/.test(name)) return 'server-limit';
  return /^user(-\d+\.slice|@\d+\.service)$/.test(name) ? 'user-limit' : 'limit';
}

/** `6 GiB`, `1.5 GiB`, or `1100 MiB` where one decimal would say something else. */
function memoryText(mib: number): string {
  const tenthsOfGib = Math.round(mib / 102.4);
  const isExact = mib >= 1024 && Math.abs(tenthsOfGib * 102.4 - mib) < 1;
  return isExact ? `${tenthsOfGib / 10} GiB` : `${Math.round(mib)} MiB`;
}
