import { groupBy } from '../../core/group-by.ts';
import type { HeldReason, HeldRecord } from '../../core/heal/heal-records.ts';
import { qualifiedName } from '../../core/manifest.ts';
import { compareNames } from '../../core/text.ts';
import type { UserStatus } from '../../core/report/status.ts';
import type { WatchStatus } from '../../core/report/watch-status.ts';
import type { LocalClock } from '../text/clock.ts';
import { widthOf } from '../text/width-of.ts';
import { printable } from '../text/printable.ts';

interface LinesOptions {
  readonly clock: LocalClock;
  readonly now: string;
}

/** What is known of the watch, within 80 columns, for people: one fact, and what is coarser while it does not run. */
export function watchStatusLines(
  watch: WatchStatus,
  users: readonly Pick<UserStatus, 'healing'>[],
  options: LinesOptions,
): readonly string[] {
  const brief = (time: string): string => options.clock.brief(time, options.now);
  switch (watch.kind) {
    case 'running':
      return [
        [
          `running since ${brief(watch.since)}`,
          ...(watch.lastSaveAt === null ? [] : [`last save ${brief(watch.lastSaveAt)}`]),
          ...lastHeal(users).map((at) => `last heal ${brief(at)}`),
        ].join(', '),
      ];
    case 'silent':
      return coarse(`hangs since ${brief(watch.lastSeenAt)}`, watch);
    case 'ended':
      return coarse(`not running since ${brief(watch.lastSeenAt)}`, watch);
    case 'never':
      return coarse('not running', watch);
    case 'unknown':
      return [`unknown: ${printable(watch.reason)}`];
  }
}

/** Where nobody counts on the watch, one quiet line is enough. */
function coarse(state: string, { isInstalled, command }: WatchStatus): readonly string[] {
  if (!isInstalled) return withCommand(`${state}; it would record at once, and heal`, command);
  return [
    ...withCommand(state, command),
    'without it: sessions younger than five minutes are not recorded, causes',
    'are told by counters and sockets, and nothing heals by itself',
  ];
}

/** A long command has a line of its own. */
function withCommand(words: string, command: string | null): readonly string[] {
  if (command === null) return [words];
  const line = `${words}: ${printable(command)}`;
  return widthOf(line) <= maxColumns ? [line] : [`${words}:`, printable(command)];
}

/** What is left of 80 columns behind the heading. */
const maxColumns = 73;

function lastHeal(users: readonly Pick<UserStatus, 'healing'>[]): readonly string[] {
  const times = users.flatMap(({ healing }) => (healing.kind === 'known' ? (healing.lastHealAt ?? []) : []));
  return times.toSorted().slice(-1);
}

/** What the watch holds back of a user: one line for all sessions with one reason, of at most `columns`. */
export function heldLines(
  held: readonly HeldRecord[],
  { clock, now, columns }: LinesOptions & { readonly columns: number },
): readonly string[] {
  const current = held.filter(({ until }) => until === null || Date.parse(until) > Date.parse(now));
  return [...groupBy(current, ({ why, until }) => JSON.stringify([why, until]))].flatMap(([, group]) => {
    const [first] = group;
    if (first === undefined) return [];
    const until = first.until === null ? '' : ` until ${clock.brief(first.until, now)}`;
    const [before, after] = [`held back${until}: `, ` (${heldWords[first.why]})`];
    const room = columns - widthOf(before) - widthOf(after);
    return [
      `${before}${fitting(group.map((one) => printable(qualifiedName(one))).toSorted(compareNames), room)}${after}`,
    ];
  });
}

const heldWords: Readonly<Record<HeldReason, string>> = {
  memory: 'the host is short of memory',
  deferred: 'no memory for its agents',
  'healed-lately': 'healed in the hour before',
  'failed-lately': 'could not be healed',
  'too-many': 'too many heals in an hour',
  'switched-off': 'heal is off in the roster',
  parked: 'the user is parked',
  'roster-mistake': 'a mistake in the roster',
  'lost-long-ago': 'lost more than a day ago',
  shutdown: 'the host is shutting down',
  'shutdown-unknown': 'it may be shutting down',
};

/** As many names as there is room for, and how many more there are; at least the beginning of one. */
function fitting(names: readonly string[], room: number): string {
  for (let shown = names.length; shown > 0; shown -= 1) {
    const more = names.length - shown;
    const text = `${names.slice(0, shown).join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
    if (widthOf(text) <= room) return text;
  }
  const more = names.length === 1 ? '' : ` and ${names.length - 1} more`;
  return `${cut(names[0] ?? '', room - more.length)}${more}`;
}

function cut(text: string, room: number): string {
  const characters = Array.from(text);
  while (characters.length > 1 && widthOf(characters.join('')) >= room) characters.pop();
  return `${characters.join('')}…`;
}
