import { randomBytes } from 'node:crypto';
import type { PlannedSession, ProgressEvent, SessionResult } from './documents/progress.ts';
import type { ActEnd } from './root-command.ts';
import { type Subject, subjectKey } from './subject.ts';

/** One restore that somebody asked for on the page, and how far it is. */
export interface Job {
  readonly id: string;
  /** The login of whoever asked. Nobody else is shown it. */
  readonly login: string;
  /** Whether that login may read what root's command said. */
  readonly isAdmin: boolean;
  readonly subject: Subject;
  /** The Unix account whose sessions come back. */
  readonly user: string;
  readonly snapshotId: string;
  /** What was ticked. */
  readonly names: readonly string[];
  readonly startedAt: string;
  /** In the order in which they come up; a session that was not named before is at the end. */
  readonly sessions: readonly JobSession[];
  /** null while it runs. */
  readonly end: ActEnd | null;
}

export interface JobSession extends PlannedSession {
  /** null until it is known. */
  readonly result: SessionResult | null;
}

/** What becomes of a restore that somebody asks for. */
export type Start =
  /** It has begun, or it is the one that runs: its form was sent twice. */
  | { readonly kind: 'runs'; readonly job: Job }
  /** Nothing of it has begun: another one runs for the same login and subject. */
  | { readonly kind: 'another-runs'; readonly job: Job };

export interface Jobs {
  readonly start: (job: Omit<Job, 'id' | 'startedAt' | 'sessions' | 'end'>, run: RunJob) => Start;
  /** null for no job, and for one that another login started. */
  readonly find: (id: string, login: string) => Job | null;
  readonly newestOf: (login: string, subject: Subject) => Job | null;
  /** Calls back at each step of a job; returns what stops that. */
  readonly follow: (id: string, onStep: () => void) => () => void;
}

type RunJob = (onEvent: (event: ProgressEvent) => void) => Promise<ActEnd>;

const maxKept = 500;
const maxKeptPerLogin = 10;

export function makeJobs(onEnd: (job: Job) => void): Jobs {
  /** In the order of their starts. */
  const jobs = new Map<string, Job>();
  const followers = new Map<string, Set<() => void>>();
  const update = (id: string, change: Partial<Job>): Job | null => {
    const job = jobs.get(id);
    if (job === undefined) return null;
    const next = { ...job, ...change };
    jobs.set(id, next);
    for (const onStep of followers.get(id) ?? []) onStep();
    return next;
  };
  const newestOf = (login: string, subject: Subject): Job | null => {
    const key = subjectKey(subject);
    return [...jobs.values()].findLast((job) => job.login === login && subjectKey(job.subject) === key) ?? null;
  };
  const runToEnd = async (id: string, run: RunJob): Promise<void> => {
    const end = await run((event) => {
      update(id, { sessions: sessionsAfter(jobs.get(id)?.sessions ?? [], event) });
    });
    const ended = update(id, { end });
    if (ended !== null) onEnd(ended);
  };
  return {
    start: (about, run) => {
      const before = newestOf(about.login, about.subject);
      if (before !== null && before.end === null) {
        return { kind: isSameChoice(before, about) ? 'runs' : 'another-runs', job: before };
      }
      const id = randomBytes(16).toString('base64url');
      const sessions = about.names.map((name) => ({ name, target: name, result: null }));
      const job: Job = { ...about, id, startedAt: new Date().toISOString(), sessions, end: null };
      jobs.set(id, job);
      forgetOldest(jobs, about.login);
      void runToEnd(id, run);
      return { kind: 'runs', job };
    },
    find: (id, login) => {
      const job = jobs.get(id);
      return job === undefined || job.login !== login ? null : job;
    },
    newestOf,
    follow: (id, onStep) => {
      const own = followers.get(id) ?? new Set();
      followers.set(id, own.add(onStep));
      return () => {
        own.delete(onStep);
        if (own.size === 0) followers.delete(id);
      };
    },
  };
}

type Choice = Pick<Job, 'snapshotId' | 'names'>;

function isSameChoice(one: Choice, other: Choice): boolean {
  const [names, others] = [new Set(one.names), new Set(other.names)];
  return (
    one.snapshotId === other.snapshotId && names.size === others.size && one.names.every((name) => others.has(name))
  );
}

function sessionsAfter(sessions: readonly JobSession[], event: ProgressEvent): readonly JobSession[] {
  switch (event.event) {
    case 'begin': {
      const planned = new Map(event.sessions.map((one) => [one.name, one]));
      const known = sessions.map((one) => ({ ...one, ...planned.get(one.name) }));
      const names = new Set(sessions.map(({ name }) => name));
      return [...known, ...event.sessions.filter(({ name }) => !names.has(name)).map(withoutResult)];
    }
    case 'session': {
      const result = { name: event.name, target: event.target, outcome: event.outcome, notes: event.notes };
      const isKnown = sessions.some(({ name }) => name === event.name);
      const known = isKnown ? sessions : [...sessions, withoutResult(event)];
      return known.map((one) => (one.name === event.name ? { ...one, target: event.target, result } : one));
    }
    case 'end':
    case 'error':
      return sessions;
  }
}

function withoutResult({ name, target }: PlannedSession): JobSession {
  return { name, target, result: null };
}

/** Only those that have ended. */
function forgetOldest(jobs: Map<string, Job>, login: string): void {
  const ended = [...jobs.values()].filter((job) => job.end !== null);
  const own = ended.filter((job) => job.login === login);
  const tooMany = [...own.slice(0, -maxKeptPerLogin), ...ended.slice(0, Math.max(0, jobs.size - maxKept))];
  for (const { id } of tooMany) jobs.delete(id);
}
