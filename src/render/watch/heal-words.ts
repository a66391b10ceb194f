import type { HealDecision, Verdict } from '../../core/heal/heal.ts';
import { type HealReason, maxHealsPerHour } from '../../core/heal/heal-records.ts';
import { qualifiedName } from '../../core/manifest.ts';
import type { MemoryState } from '../../core/heal/memory-recovery.ts';
import { counted } from '../../core/text.ts';
import type { LocalClock } from '../text/clock.ts';
import type { JournalLine, JournalPriority } from './journal.ts';
import { listed, printable } from '../text/printable.ts';

interface HealWordsOptions {
  readonly user: string;
  readonly clock: LocalClock;
  readonly now: string;
}

/** The journal lines for decisions that are new: one for all sessions about which the same is decided. */
export function healJournal(decisions: readonly HealDecision[], options: HealWordsOptions): readonly JournalLine[] {
  const namesOf = new Map<string, string[]>();
  const first = new Map<string, HealDecision>();
  for (const decision of decisions) {
    const kind = verdictWords(decision, options, 1);
    if (kind === null) continue;
    first.set(kind, first.get(kind) ?? decision);
    namesOf.set(kind, [...(namesOf.get(kind) ?? []), printable(qualifiedName(decision.lost))]);
  }
  return [...first].map(([kind, decision]) => {
    const names = namesOf.get(kind) ?? [];
    const words = verdictWords(decision, options, names.length) ?? '';
    return { priority: priorityOf(decision), text: `${options.user}: ${words.replace(place, () => listed(names))}` };
  });
}

/** Where the names go; no text of ours has it. */
const place = '\0';

/** What is decided, with a place for the names; null for a grace of seconds, which is not worth a line. */
function verdictWords(decision: HealDecision, options: HealWordsOptions, count: number): string | null {
  switch (decision.kind) {
    case 'heal':
      return `heals ${place}: ${reasonWords(decision.reason)}`;
    case 'wait':
      return waitWords(decision, options);
    case 'hold':
      return holdWords(decision, options, count);
  }
}

function reasonWords(reason: HealReason): string {
  switch (reason) {
    case 'server-died':
      return 'the tmux server died';
    case 'own-limit':
      return 'killed at a memory limit of their own';
    case 'host-memory':
      return 'killed for lack of memory, which has recovered';
  }
}

function waitWords(
  verdict: Extract<Verdict, { readonly kind: 'wait' }>,
  { clock, now }: HealWordsOptions,
): string | null {
  switch (verdict.why) {
    case 'grace':
      return null;
    case 'deferred':
      return `waits until ${clock.brief(verdict.until, now)} to heal ${place}: there was no memory for the agents`;
    case 'memory':
      return `waits for memory to heal ${place}: ${memoryWords(verdict.memory)}`;
  }
}

function memoryWords(memory: MemoryState): string {
  switch (memory.kind) {
    case 'short':
      return `only ${memory.availableMib} MiB are available; the floor is ${memory.floorMib} MiB`;
    case 'pressed':
      return 'the host was short of it within the last minute';
    case 'watching':
    case 'recovered':
      return 'it must have been enough for a whole minute';
    case 'unknown':
      return 'the kernel tells nothing about it';
  }
}

function holdWords(
  verdict: Extract<HealDecision, { readonly kind: 'hold' }>,
  { clock, now }: HealWordsOptions,
  count: number,
): string {
  const they = count === 1 ? 'it' : 'they';
  const were = count === 1 ? 'was' : 'were';
  switch (verdict.why) {
    case 'healed-lately': {
      const [healed, until] = [clock.brief(verdict.healedAt, now), clock.brief(verdict.until, now)];
      return `${place} held until ${until}: ${they} ${were} healed at ${healed} and ${were} lost again`;
    }
    case 'failed-lately': {
      const [tried, until] = [clock.brief(verdict.healedAt, now), clock.brief(verdict.until, now)];
      return `${place} held until ${until}: ${they} could not be healed at ${tried}`;
    }
    case 'too-many':
      return `${place} held until ${clock.brief(verdict.until, now)}: ${counted(maxHealsPerHour, 'session')} were healed within an hour`;
    case 'switched-off':
      return `${place} not healed: heal is off for ${verdict.reason} in the roster`;
    case 'parked':
      return `${place} not healed: the user is parked`;
    case 'roster-mistake':
      return `${place} not healed: the roster has a mistake in the user's settings`;
    case 'lost-long-ago':
      return `${place} not healed: ${they} ${were} lost more than a day ago`;
    case 'shutdown':
      return `${place} not healed: the host is shutting down`;
    case 'shutdown-unknown':
      return `${place} not healed: systemd does not tell whether the host is shutting down`;
  }
}

function priorityOf(decision: HealDecision): JournalPriority {
  switch (decision.kind) {
    case 'heal':
    case 'wait':
      return 'notice';
    case 'hold':
      return decision.why === 'parked' || decision.why === 'switched-off' ? 'info' : 'warning';
  }
}
