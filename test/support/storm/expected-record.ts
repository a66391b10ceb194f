import type { Cause } from '../../../src/core/manifest.ts';

/** What is true of one user's tmux, whether or not anybody looks. */
export interface Truth {
  readonly boot: number;
  readonly server: RunningServer | null;
  /** How each server that runs no more has ended, by its number. */
  readonly endings: ReadonlyMap<number, 'violent' | 'orderly'>;
}

export interface RunningServer {
  /** The first one is 1. */
  readonly number: number;
  readonly sessions: readonly RunningSession[];
}

export interface RunningSession {
  readonly tmuxId: string;
  readonly name: string;
  /** False while its user keeps it out with `@persist off`. */
  readonly managed: boolean;
  /** How many it has. */
  readonly windows: number;
}

/** What can be known about a loss at the time of a look. */
export interface Clues {
  /** Whether the host keeps login records. */
  readonly loginRecords: boolean;
  readonly socketIsThere: boolean;
  /** Whether the kernel killed somebody for memory since the last save; null when that changed just then. */
  readonly oomKilled: boolean | null;
}

/** What the record must say; the documented rules of README.md, "What happened to a session", once more. */
export interface ExpectedRecord {
  readonly boot: number;
  readonly server: number | null;
  readonly entries: readonly ExpectedEntry[];
}

export type ExpectedEntry =
  | { readonly state: 'live'; readonly name: string; readonly windows: number; readonly tmuxId: string }
  | {
      readonly state: 'gone';
      readonly name: string;
      /** As many as it had when it was last seen. */
      readonly windows: number;
      /** More than one where the clues that would tell may have been overwritten. */
      readonly causes: readonly Cause[];
      /** The number of the save that found it gone. */
      readonly foundBy: number;
    };

interface Looking {
  readonly clues: Clues;
  /** The number of the save that looks now. */
  readonly save: number;
  /** The numbers of the last good saves before, newest first. */
  readonly earlierSaves: readonly number[];
}

/** The record after a look; null as long as there was never anything to record. */
export function expectedRecord(previous: ExpectedRecord | null, truth: Truth, looking: Looking): ExpectedRecord | null {
  const sessions = truth.server?.sessions ?? [];
  const live = sessions.filter(({ managed }) => managed);
  const liveEntries = live.map(({ name, windows, tmuxId }): ExpectedEntry => ({
    state: 'live',
    name,
    windows,
    tmuxId,
  }));
  const server = truth.server?.number ?? null;
  if (previous === null) {
    return liveEntries.length === 0 ? null : { boot: truth.boot, server, entries: liveEntries };
  }
  const isSameServer = previous.boot === truth.boot && server !== null && previous.server === server;
  const survivors = new Map(isSameServer ? sessions.map((session) => [session.tmuxId, session]) : []);
  const successorOf = (entry: ExpectedEntry): RunningSession | undefined =>
    entry.state === 'live' ? survivors.get(entry.tmuxId) : undefined;

  const left = previous.entries.filter((entry) => successorOf(entry) === undefined);
  const lost = left.filter(({ state }) => state === 'live');
  const causes = causesOfLoss(previous, truth, { isSameServer, lossCount: lost.length, ...looking.clues });
  const gone = left.flatMap((entry): readonly ExpectedEntry[] => {
    const { name, windows } = entry;
    // A plain session is back when its name is live again with at least its windows: a terminal takes one with a fresh window.
    if (live.some((one) => one.name === name && one.windows >= windows)) return [];
    if (entry.state === 'live') return [{ state: 'gone', name, windows, causes, foundBy: looking.save }];
    return [previous.boot === truth.boot ? entry : seenAfterBoot(entry, looking.earlierSaves)];
  });
  const optedOut = previous.entries.flatMap((entry): readonly ExpectedEntry[] => {
    const successor = successorOf(entry);
    if (successor === undefined || successor.managed) return [];
    const { name } = successor;
    return [{ state: 'gone', name, windows: entry.windows, causes: ['forgotten'], foundBy: looking.save }];
  });
  return { boot: truth.boot, server, entries: [...liveEntries, ...gone, ...optedOut] };
}

interface Loss extends Clues {
  readonly isSameServer: boolean;
  readonly lossCount: number;
}

function causesOfLoss(previous: ExpectedRecord, truth: Truth, loss: Loss): readonly Cause[] {
  if (previous.boot !== truth.boot) return ['reboot'];
  if (loss.isSameServer) {
    if (loss.oomKilled === null) return ['closed', 'killed'];
    return [loss.oomKilled ? 'killed' : 'closed'];
  }
  const looksViolent = truth.server === null ? loss.socketIsThere : loss.lossCount >= 2;
  const guess: Cause = looksViolent ? 'server-died' : 'server-stopped';
  const ending = previous.server === null ? undefined : truth.endings.get(previous.server);
  if (!loss.loginRecords || ending === undefined) return [guess];
  const known: Cause = ending === 'violent' ? 'server-died' : 'server-stopped';
  // The next server may have been given the terminals, and has then written over what they told. When the kernel has
  // killed for memory, an orderly end proves nothing.
  const isOverwritten = [...truth.endings.keys(), truth.server?.number ?? 0].some(
    (later) => later > (previous.server ?? 0),
  );
  const isDoubtful = isOverwritten || (ending === 'orderly' && loss.oomKilled !== false);
  return isDoubtful ? [...new Set([known, guess])] : [known];
}

/** A shutdown stops servers in an orderly way. */
function seenAfterBoot(
  entry: Extract<ExpectedEntry, { state: 'gone' }>,
  [newest, before]: readonly number[],
): ExpectedEntry {
  const isRecent = entry.foundBy >= (before ?? newest ?? 0);
  if (!isRecent) return entry;
  return { ...entry, causes: entry.causes.map((cause) => (cause === 'server-stopped' ? 'reboot' : cause)) };
}
