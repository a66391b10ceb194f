import { type Terminals, usersOfChangedTerminals } from '../../core/terminals.ts';
import { goneProcesses } from '../../process/gone-processes.ts';
import { attemptRead } from '../../system/files/read-file.ts';
import { readTerminals } from '../../system/host/terminals.ts';
import type { Context } from '../context.ts';
import { agentStarts } from './agent-starts.ts';
import type { WatchedProcess, WatchedProcesses } from './watched-processes.ts';

/** The signs by which the watch notices that something of a user has changed. */
export interface ChangeSigns {
  /** The users of whom a terminal came or went since the last call, or an agent has begun. */
  readonly usersWithChanges: (context: Context, nowMs: number) => readonly string[];
  /** The users of whom a pane or an agent has ended since their last save. */
  readonly usersWithEnds: () => readonly string[];
}

export function changeSigns(processes: WatchedProcesses): ChangeSigns {
  let terminals: Terminals | null = null;
  const starts = agentStarts(processes);
  let look = 0;
  const told = new Set<string>();
  return {
    usersWithChanges: ({ users, accounts }, nowMs) => {
      const starting = attemptRead(() => starts(nowMs));
      const begun = starting.kind === 'read' ? starting.value : [];
      const isClose = look % closeLookEvery === 0;
      const now = attemptRead(() => readTerminals(undefined, isClose ? undefined : (terminals ?? undefined)));
      // A look that failed tells nothing. The next one compares with the last that did not.
      if (now.kind === 'unreadable') return begun;
      const uids = terminals === null ? new Set<number>() : usersOfChangedTerminals(terminals, now.value);
      terminals = now.value;
      if (uids.size === 0) return begun;
      const changed = users.flatMap(({ name }) => (uids.has(accounts.get(name)?.uid ?? -1) ? [name] : []));
      return [...new Set([...begun, ...changed])];
    },
    usersWithEnds: () => {
      look += 1;
      const asked = processes.alive().flatMap(({ kind, user, pid, startTime }) => {
        const isAsked = startTime !== null && pid % looksPer[kind] === look % looksPer[kind];
        return isAsked ? [{ user, pid, startTime: Number(startTime) }] : [];
      });
      const gone = attemptRead(() => goneProcesses(asked, look));
      if (gone.kind === 'unreadable') return [];
      // A process stays among the living until a save has found out what its end means. It is a sign only once.
      const news = gone.value.filter((one) => !told.has(keyOf(one)));
      for (const one of news) told.add(keyOf(one));
      if (told.size > maxTold) told.clear();
      return [...new Set(news.map(({ user }) => user))];
    },
  };
}

/**
 * How many looks trust the terminals that are known. The end of a pane's process tells of a number that was given out
 * anew, too.
 */
const closeLookEvery = 10;

/**
 * Every how many looks a process is asked for. An agent may end while its terminal stays. The end of a pane is seen by
 * its terminal, and that of a server on its connection.
 */
const looksPer: Readonly<Record<WatchedProcess['kind'], number>> = { agent: 2, shell: 10, pane: 10, server: 10 };

/** Beyond this it starts anew, which costs one more save of each user concerned. */
const maxTold = 10_000;

function keyOf({ pid, startTime }: { readonly pid: number; readonly startTime: number }): string {
  return `${pid} ${startTime}`;
}
