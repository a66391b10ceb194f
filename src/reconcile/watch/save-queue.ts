import process from 'node:process';
import {
  dueAtMs,
  noNeed,
  type SaveNeed,
  withSaveBegun,
  withSaveEnded,
  withSign,
} from '../../core/heal/save-schedule.ts';

/** Which users are to be saved, and the work that is under way for each. All times are of the monotonic clock. */
export interface SaveQueue {
  readonly sign: (user: string, isUrgent: boolean) => void;
  /** Begins every save that is due. */
  readonly beginDue: (nowMs: number) => void;
  /** When the next save is due; infinite when none is. */
  readonly nextDueMs: () => number;
  /** Whether something is being done for the user. */
  readonly isBusy: (user: string) => boolean;
  /** Does other work for users, and no save of theirs meanwhile. */
  readonly occupy: (users: readonly string[], work: () => Promise<void>) => void;
  /** Resolves when nothing is under way any more. */
  readonly settled: () => Promise<void>;
}

interface SaveQueueOptions {
  /** Saves one user; `again` when another run held the lock of that user, `failed` when nothing could be stored. */
  readonly save: (user: string) => Promise<'done' | 'again' | 'failed'>;
  readonly onFailure: (error: unknown) => void;
}

/** Users whose files hang delay others only when there are more of them than this. */
const savesAtOnce = 8;

/** A disk that is full may have room again, and nothing else tells. */
const failedPauseMs = 10_000;

export function saveQueue({ save, onFailure }: SaveQueueOptions): SaveQueue {
  const needs = new Map<string, SaveNeed>();
  const working = new Map<string, Promise<void>>();
  const needOf = (user: string): SaveNeed => needs.get(user) ?? noNeed;

  const occupy: SaveQueue['occupy'] = (users, work) => {
    const done = work()
      .catch(onFailure)
      .finally(() => {
        for (const user of users) working.delete(user);
      });
    for (const user of users) working.set(user, done);
  };

  const saveNow = async (user: string): Promise<void> => {
    const [begunMs, before] = [performance.now(), process.cpuUsage()];
    needs.set(user, withSaveBegun(needOf(user)));
    const result = await save(user);
    const endedMs = performance.now();
    const { user: userUs, system: systemUs } = process.cpuUsage(before);
    const cost = { wallMs: endedMs - begunMs, cpuMs: (userUs + systemUs) / 1000 };
    const need = withSaveEnded(needOf(user), cost, endedMs);
    if (result === 'done') return void needs.set(user, need);
    const pauseMs = result === 'failed' ? failedPauseMs : 0;
    needs.set(user, {
      ...withSign(need, endedMs, false),
      notBeforeMs: Math.max(need.notBeforeMs, endedMs + pauseMs),
    });
  };

  const waiting = (): readonly (readonly [string, number])[] =>
    [...needs].flatMap(([user, need]) => {
      const dueMs = working.has(user) ? null : dueAtMs(need);
      return dueMs === null ? [] : [[user, dueMs] as const];
    });

  return {
    sign: (user, isUrgent) => {
      needs.set(user, withSign(needOf(user), performance.now(), isUrgent));
    },
    beginDue: (nowMs) => {
      const due = waiting().filter(([, dueMs]) => dueMs <= nowMs);
      for (const [user] of due.toSorted(([, a], [, b]) => a - b).slice(0, savesAtOnce - working.size)) {
        occupy([user], () => saveNow(user));
      }
    },
    nextDueMs: () =>
      working.size >= savesAtOnce ? Number.POSITIVE_INFINITY : Math.min(...waiting().map(([, dueMs]) => dueMs)),
    isBusy: (user) => working.has(user),
    occupy,
    settled: async () => {
      while (working.size > 0) await Promise.all(working.values());
    },
  };
}
