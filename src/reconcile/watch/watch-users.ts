import { statSync } from 'node:fs';
import type { Ending } from '../../core/endings.ts';
import type { WatchEvent } from '../../core/report/watch-event.ts';
import { rosterFiles } from '../../roster/load-roster.ts';
import { listSnapshots } from '../../state/snapshot-store.ts';
import { attemptRead, quietly } from '../../system/files/read-file.ts';
import type { Context } from '../context.ts';
import { targetFor } from '../observe/observe-users.ts';
import { keepRoster } from '../record/keep-roster.ts';
import { saveUsers } from '../record/save-users.ts';
import { changeSigns } from './change-signs.ts';
import { healing } from './healing.ts';
import { killLogs } from './kill-logs.ts';
import { lateKills } from './late-kills.ts';
import { newsOfSaves } from './news-of-saves.ts';
import { notedEndings } from './noted-endings.ts';
import { rememberedAnswers } from './remembered-answers.ts';
import { saveQueue } from './save-queue.ts';
import { sleeper } from './sleeper.ts';
import { watchHeartbeat } from './watch-heartbeat.ts';
import { watchedProcesses } from './watched-processes.ts';
import { watchedServers } from './watched-servers.ts';

export interface WatchOptions {
  /** Reads the roster, the accounts and the rest of a run's input anew; null when it cannot be used. */
  readonly reopen: () => Promise<Context | null>;
  readonly say: (event: WatchEvent) => void;
  /** Called after saves that recorded something. */
  readonly publish: (context: Context) => void;
  readonly signal: AbortSignal;
}

/** How often the watch looks at terminals and processes. */
const lookEveryMs = 1_000;
/** What gives no sign, such as a new name, is recorded by a look at everybody, as with the timer. */
const everybodyEveryMs = 5 * 60_000;

/** What a late read of the journal looks at. */
const lateKillsWithinMs = 60_000;

/**
 * Watches the users' sessions until the signal is aborted. It records what changes, with the exact cause, and heals
 * losses as the roster allows. It is passive: it sets nothing on any server, and attaches to no session.
 */
export async function watchUsers(opened: Context, { reopen, say, publish, signal }: WatchOptions): Promise<void> {
  const bell = sleeper();
  const failures: unknown[] = [];
  const onFailure = (error: unknown): void => {
    if (!signal.aborted) failures.push(error);
    bell.wake();
  };
  const processes = watchedProcesses();
  const endings = notedEndings();
  const logs = killLogs(processes, {
    onKill: (user, kill) => {
      say({ kind: 'killed', user, pid: kill.pid, killer: kill.killer });
      note(user, kill);
    },
    onGap: (reason) => say({ kind: 'kernel-log-gap', reason }),
    now: opened.now,
    signal,
  });
  const answers = rememberedAnswers(opened.askUsers, (user) => newestSnapshot(context, user));
  const inputs = (one: Context): Context => ({
    ...one,
    signal,
    readKills: logs.read,
    askUsers: answers.ask,
    lockTimeoutMs: 0,
  });
  let context = inputs(opened);
  const servers = watchedServers({
    targetOf: (user, socket) => {
      const account = context.accounts.get(user);
      return account === undefined ? null : targetFor(context, account, socket);
    },
    onEnd: (user, ending) => {
      logs.readNow();
      if (ending === null) return signUrgently(user);
      say({ kind: 'server-ended', user, ending });
      note(user, ending);
    },
    onDeaf: (user, reason) => say({ kind: 'server-not-watched', user, reason }),
    now: opened.now,
  });
  const late = lateKills({ read: () => logs.readLate(lateKillsWithinMs), onFailure });
  const changes = changeSigns(processes);
  const newsOf = newsOfSaves();
  const unobservable = new Set<string>();
  const heals = healing({ say, lastHostKillMs: logs.lastHostKillMs, onTried: signUrgently });
  const heartbeat = watchHeartbeat(opened, { logs, onProblem: (reason) => say({ kind: 'systemd-not-told', reason }) });
  const queue = saveQueue({
    save: async (user) => (await save([user])).get(user) ?? 'done',
    onFailure,
  });

  say({ kind: 'started', users: context.users.length, withoutKernelLog: logs.withoutKernelLog });
  try {
    let everybodyAtMs = 0;
    let roster = rosterMark(context);
    while (!signal.aborted && failures.length === 0) {
      const nowMs = performance.now();
      const mark = rosterMark(context);
      if (nowMs >= everybodyAtMs || mark !== roster) {
        roster = mark;
        everybodyAtMs = nowMs + everybodyEveryMs;
        await openAgain();
        saveEverybody();
      }
      for (const user of changes.usersWithChanges(context, nowMs)) queue.sign(user, false);
      const ended = changes.usersWithEnds();
      if (ended.length > 0) logs.readNow();
      late.beginDue(nowMs);
      for (const user of ended) queue.sign(user, true);
      queue.beginDue(nowMs);
      for (const { user, heal } of heals.due(context, nowMs, queue.isBusy)) queue.occupy([user], heal);
      heartbeat.beat(context);
      await bell.until(Math.min(nowMs + lookEveryMs, queue.nextDueMs(), late.nextDueMs(), heals.lookAgainAtMs()));
    }
  } finally {
    servers.stop();
    logs.stop();
    await queue.settled();
    heartbeat.stop(context);
    say({ kind: 'stopped' });
  }
  for (const failure of failures) throw failure;

  function note(user: string, ending: Ending): void {
    const problem = endings.note(context, user, ending);
    if (problem !== null) say({ kind: 'ending-not-kept', user, reason: problem });
    signUrgently(user);
  }

  function signUrgently(user: string): void {
    queue.sign(user, true);
    bell.wake();
  }

  /** Saves users side by side; returns those who must be saved again. */
  async function save(users: readonly string[]): Promise<ReadonlyMap<string, 'again' | 'failed'>> {
    const wanted = context.users.filter(({ name }) => users.includes(name));
    const saved = await saveUsers({ ...context, users: wanted });
    const again = new Map<string, 'again' | 'failed'>();
    for (const { user, result } of saved.results) {
      if (result === 'busy') again.set(user, 'again');
      // A server that did not answer in time may do so later, and gives no sign of it.
      if (result === 'failed' || result === 'unknown') again.set(user, 'failed');
    }
    for (const assessment of saved.assessments) {
      const { name } = assessment.rosterUser;
      if (processes.update(name, assessment.manifest)) late.expect(performance.now());
      servers.update(name, assessment.manifest);
      // A loss that is not on disk has no time yet by which it is known again.
      if (!again.has(name)) heals.update(context, assessment);
      if (assessment.observation.kind === 'unknown') unobservable.add(name);
      else unobservable.delete(name);
    }
    for (const { user, snapshot } of saved.results) answers.saved(user, snapshot);
    heartbeat.saved(context);
    // A user whose lock another run holds is saved again soon.
    const results = saved.results.filter(({ result }) => result !== 'busy');
    say({ kind: 'saved', ...newsOf({ ...saved, results }, performance.now()) });
    if (saved.results.some(({ result }) => result !== 'unchanged')) publish(context);
    bell.wake();
    return again;
  }

  /** Together, which costs less. Users whom the last save could not observe may hang, so nobody waits for them. */
  function saveEverybody(): void {
    keepRoster(context);
    const users = context.users.map(({ name }) => name);
    const free = users.filter((user) => !queue.isBusy(user) && !unobservable.has(user));
    for (const user of users) if (!free.includes(user)) queue.sign(user, false);
    queue.occupy(free, async () => {
      for (const user of (await save(free)).keys()) queue.sign(user, false);
    });
  }

  async function openAgain(): Promise<void> {
    const next = await reopen();
    if (next === null) return;
    context = inputs(next);
    const users = context.users.map(({ name }) => name);
    processes.keepOnly(users);
    servers.keepOnly(users);
    heals.keepOnly(users);
  }
}

/** undefined when the records cannot be read. */
function newestSnapshot({ stateDirectory }: Context, user: string): string | null | undefined {
  const listed = attemptRead(() => listSnapshots(stateDirectory, user));
  return listed.kind === 'read' ? (listed.value[0] ?? null) : undefined;
}

/** Differs when a file of the roster was written to, or another one has been put in its place, or one is there now. */
function rosterMark({ roster }: Context): string {
  return rosterFiles(roster.path).map(fileMark).join(', ');
}

function fileMark(path: string): string {
  const stats = quietly(() => statSync(path));
  return stats === null ? '' : `${stats.ino} ${stats.mtimeMs} ${stats.size}`;
}
