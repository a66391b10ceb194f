import { type Cause, causes } from '../../core/manifest.ts';
import { type SessionTally, saveOverdueMs } from '../../core/report/status.ts';

/** What a status line can show of one user, from what the last good save noted. */
export interface StatusLineFacts {
  /** null when no save has counted the sessions. */
  readonly sessions: SessionTally | null;
  /** ISO 8601; null when no save was good. */
  readonly lastGoodAt: string | null;
}

/** The placeholders of `status --format`, each with what stands in its place. */
const placeholders: Readonly<Record<string, (facts: StatusLineFacts, nowMs: number) => string>> = {
  live: ({ sessions }) => String(sessions?.live ?? 0),
  lost: ({ sessions }) => String(lostIn(sessions)),
  minutes: ({ lastGoodAt }, nowMs) => (lastGoodAt === null ? '-' : String(minutesSince(lastGoodAt, nowMs))),
  state: (facts, nowMs) => stateOf(facts, nowMs),
};

export const placeholderNames = Object.keys(placeholders);

/** Puts the facts into a text such as `{live} {state}`; the names that are not known, instead, where there are any. */
export function statusLine(
  format: string,
  facts: StatusLineFacts,
  nowMs: number,
): { readonly kind: 'line'; readonly text: string } | { readonly kind: 'unknown'; readonly names: readonly string[] } {
  const names = [...format.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const unknown = names.filter((name) => placeholders[name] === undefined);
  if (unknown.length > 0) return { kind: 'unknown', names: unknown };
  return {
    kind: 'line',
    text: format.replaceAll(/\{(\w+)\}/g, (_, name: string) => placeholders[name]?.(facts, nowMs) ?? ''),
  };
}

/** `ok`; `lost`: sessions wait to come back; `old`: three saves were missed; `never`: nothing is recorded. */
function stateOf({ sessions, lastGoodAt }: StatusLineFacts, nowMs: number): 'ok' | 'lost' | 'old' | 'never' {
  if (lastGoodAt === null) return 'never';
  if (nowMs - Date.parse(lastGoodAt) > saveOverdueMs) return 'old';
  return lostIn(sessions) > 0 ? 'lost' : 'ok';
}

function lostIn(sessions: SessionTally | null): number {
  return causes.reduce((sum, cause) => sum + (isLoss(cause) ? (sessions?.gone[cause] ?? 0) : 0), 0);
}

/** What a person did is no loss. */
function isLoss(cause: Cause): boolean {
  switch (cause) {
    case 'reboot':
    case 'server-died':
    case 'killed':
      return true;
    case 'server-stopped':
    case 'closed':
    case 'forgotten':
      return false;
  }
}

function minutesSince(time: string, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - Date.parse(time)) / 60_000));
}
