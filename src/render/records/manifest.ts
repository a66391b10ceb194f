import type { Conversation } from '../../core/conversation.ts';
import type { StoredManifest } from '../../core/record/history.ts';
import { causeTimeOf, type Pane, type SessionEntry, type Window } from '../../core/manifest.ts';
import { compareNames, counted } from '../../core/text.ts';
import { localClock, type LocalClock } from '../text/clock.ts';
import { alignColumns, type Cell, painter, plain } from '../text/columns.ts';
import { formatVersion } from '../text/json-text.ts';
import { directoryLabel, heldLabel, sessionLabel, sourceWords } from '../labels.ts';
import { endOfConversation, lossWords } from '../loss-words.ts';
import { printable, type TextOptions } from '../text/printable.ts';

interface ManifestTextOptions extends TextOptions {
  readonly home: string | null;
}

/** Renders one snapshot: its sessions with their windows and panes, and the causes of the gone ones. */
export function renderManifestText({ id, manifest }: StoredManifest, options: ManifestTextOptions): string {
  const paint = painter(options.color);
  const clock = localClock(options.utcOffsetMinutes);
  const times = [manifest.takenAt, ...manifest.sessions.flatMap(({ goneAt }) => goneAt ?? [])];
  const header = [
    `${paint(printable(manifest.user), 'bold')} on ${printable(manifest.host)}`,
    `snapshot ${printable(id)}`,
    `taken ${clock.dateTime(manifest.takenAt)} ${clock.zoneOf(times)}`,
    counted(manifest.sessions.length, 'session'),
  ];
  const sessions = manifest.sessions.toSorted((a, b) => compareNames(a.name, b.name));
  const rows = sessions.flatMap((entry) => [
    sessionRow(entry, clock),
    ...settingRows(entry),
    ...entry.windows.flatMap((window) => windowRows(window, options.home)),
    ...entry.links.map((link) => [
      plain(`    ${link.index}: linked from ${printable(link.owner)}, window ${link.window}`),
    ]),
    ...entry.gonePanes.map((pane) => [plain('    pane gone'), ...paneCells(pane, options.home)]),
  ]);
  return [header.join('   '), ...alignColumns(rows, paint)].map((line) => `${line}\n`).join('');
}

function sessionRow(entry: SessionEntry, clock: LocalClock): readonly Cell[] {
  const shares = entry.sharesWindowsOf === null ? '' : `shares the windows of ${printable(entry.sharesWindowsOf)}`;
  return [
    { text: `  ${sessionLabel(entry)}`, style: entry.state === 'live' ? 'green' : 'dim' },
    plain(entry.state === 'live' ? 'live' : lossWords(entry, { time: clock.dateTime(causeTimeOf(entry)) })),
    plain(shares),
  ];
}

/** Only the names: values may be long, and the JSON document has them. */
function settingRows({ settings }: SessionEntry): readonly (readonly Cell[])[] {
  const { options, environment, withheld } = settings;
  return [
    namesRow(
      'options',
      options.map(({ name }) => name),
    ),
    namesRow(
      'variables',
      environment.map(({ name }) => name),
    ),
    namesRow('not stored', withheld),
  ].flatMap((row) => (row === null ? [] : [row]));
}

/** As many names of usual length as fit on a line. */
const maxNames = 4;

function namesRow(what: string, names: readonly string[]): readonly Cell[] | null {
  if (names.length === 0) return null;
  const shown = names.slice(0, maxNames).map(printable);
  const more = names.length > maxNames ? [`and ${names.length - maxNames} more`] : [];
  return [{ text: `    ${what}: ${[...shown, ...more].join(', ')}`, style: 'dim' }];
}

function windowRows(window: Window, home: string | null): readonly (readonly Cell[])[] {
  const mark = `${window.active ? '*' : window.last ? '-' : ''}${window.zoomed ? 'Z' : ''}`;
  const title = plain(`    ${window.index}: ${printable(window.name)}${mark}`);
  const [first, ...others] = window.panes;
  if (first === undefined) return [[title]];
  return [[title, ...paneCells(first, home)], ...others.map((pane) => [plain(''), ...paneCells(pane, home)])];
}

function paneCells({ cwd, conversation, agent, program }: Pane, home: string | null): readonly Cell[] {
  const held = `${heldLabel(conversation, agent, program)}${endWords(conversation)}`;
  return [plain(directoryLabel(cwd, home)), plain(held), plain(conversation === null ? '' : sourceWords(agent))];
}

/** How an ended conversation ended, in brackets; empty while it runs. */
export function endWords(conversation: Conversation | null): string {
  const ended = conversation?.ended ?? null;
  return ended === null ? '' : ` (${endOfConversation(ended, { time: '' })})`;
}

/** The JSON document of one snapshot. */
export function showDocument({ id, manifest }: StoredManifest) {
  return { formatVersion, kind: 'show' as const, snapshot: id, manifest };
}
