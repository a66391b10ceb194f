import { groupsIn } from './machine-accounts.ts';
import type { Machine } from './machine.ts';

/** A user's tmux server as the machine's /proc shows it. */
export interface TmuxServer {
  readonly pid: number;
  /** The path of its cgroup, such as `/user.slice/user-1000.slice/session-1.scope`. */
  readonly cgroup: string;
  /** The last part of that path. */
  readonly unit: string;
  /** Names, sorted. */
  readonly groups: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** The tmux server of a user of the machine; throws when none answers. */
export async function tmuxServerIn(machine: Machine, user: string): Promise<TmuxServer> {
  const pid = Number(await machine.output(['tmux', 'display-message', '-p', '#{pid}'], { user, cwd: '/' }));
  const cgroup = /^0::(.*)$/m.exec(await machine.readFile(`/proc/${pid}/cgroup`))?.[1] ?? '';
  const gids = /^Groups:(.*)$/m.exec(machine.processFile(pid, 'status'))?.[1]?.match(/\d+/g) ?? [];
  return {
    pid,
    cgroup,
    unit: cgroup.slice(cgroup.lastIndexOf('/') + 1),
    groups: groupsIn(machine.root, gids),
    environment: environmentIn(machine, pid),
  };
}

/** What a process of the machine was started with. */
export function environmentIn(machine: Machine, pid: number): Readonly<Record<string, string>> {
  const entries = machine.processFile(pid, 'environ').split('\0').slice(0, -1);
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
}
