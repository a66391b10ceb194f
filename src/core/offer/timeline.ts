import type { Cause, Manifest } from '../manifest.ts';
import { changesBetween } from '../record/history.ts';
import { isLossOffered } from './offered-sessions.ts';

/** A stored record on the timeline: how many sessions ran, and what had changed since the record before. */
export interface TimelinePoint {
  readonly id: string;
  readonly takenAt: string;
  readonly live: number;
  /** Sessions that were gone, but for what a person closed or forgot. */
  readonly lost: number;
  /** The most violent cause of these; null without one. */
  readonly cause: Cause | null;
  readonly appeared: number;
  readonly closed: number;
}

/** `before` is the valid record before it; null for the first one. */
export function timelinePoint(id: string, manifest: Manifest, before: Manifest | null): TimelinePoint {
  const changes = changesBetween(before, manifest);
  const gone = changes.flatMap((change) => (change.kind === 'gone' ? [change.cause] : []));
  const lost = before === null ? [] : gone.filter(isLossOffered);
  return {
    id,
    takenAt: manifest.takenAt,
    live: manifest.sessions.filter(({ state }) => state === 'live').length,
    lost: lost.length,
    cause: mostViolent.find((cause) => lost.includes(cause)) ?? null,
    appeared: changes.filter(({ kind }) => kind === 'appeared' || kind === 'back').length,
    closed: gone.length - gone.filter(isLossOffered).length,
  };
}

const mostViolent = ['killed', 'server-died', 'reboot', 'server-stopped'] as const;
