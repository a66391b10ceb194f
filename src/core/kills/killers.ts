import { type Killer, killerDaemons } from '../endings.ts';

/** Who killed a process, in one word. JSON documents and metrics use these words, so programs may rely on them. */
export const killerKinds = ['own-limit', 'server-limit', 'user-limit', 'limit', 'host', ...killerDaemons] as const;

export type KillerKind = (typeof killerKinds)[number];

export function killerKindOf(killer: Killer): KillerKind {
  switch (killer.kind) {
    case 'limit':
      return limitKindOf(groupName(killer.cgroup));
    case 'host':
      return 'host';
    case 'daemon':
      return killer.name;
  }
}

/** Who killed a process: `by its own limit of 6 GiB`. The name of a control group is not yet safe to print. */
export function killerReason(killer: Killer): string {
  switch (killer.kind) {
    case 'limit':
      return limitReason(groupName(killer.cgroup), killer.limitMib);
    case 'host':
      return 'by the kernel: the host had no memory';
    case 'daemon':
      return `by ${killer.name}`;
  }
}

function limitReason(name: string, limitMib: number | null): string {
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
      return `by the limit of ${name === '' ? 'a control group' : name}${behind}`;
  }
}

function groupName(cgroup: string | null): string {
  return (cgroup ?? '').split('/').findLast((part) => part !== '') ?? '';
}

/** Whose limit it was: of the pane, of the tmux server, of the user, or of something else. */
type LimitKind = 'own-limit' | 'server-limit' | 'user-limit' | 'limit';

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
