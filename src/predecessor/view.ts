import { comesBack, isUuid } from '../core/conversation.ts';
import { type Cause, type Manifest, type Pane, panesOf, type SessionEntry, shownPaneOf } from '../core/manifest.ts';

/** One line of the predecessor's file. */
export interface PredecessorRow {
  readonly name: string;
  readonly cwd: string;
  /** Id of the Claude conversation; empty for a plain shell. */
  readonly id: string;
}

/**
 * The rows that the predecessor would have to restore, in bytewise order of the names, one row per name. It knows
 * neither causes nor claims. So sessions that a person closed are left out, and each conversation appears once.
 */
export function toPredecessorRows(manifest: Manifest): readonly PredecessorRow[] {
  const candidates = manifest.sessions.filter(isRestoredByPredecessor).flatMap(toCandidate);
  const liveIds = new Set(candidates.filter(({ isLive, id }) => isLive && id !== '').map(({ id }) => id));
  const satisfied = candidates.filter(({ isLive, id }) => isLive || !liveIds.has(id));
  const claimed = new Set<string>();
  const chosen = new Map<string, PredecessorRow>();
  for (const { name, cwd, id } of satisfied.toSorted(bySurestFirst)) {
    if (chosen.has(name)) continue;
    chosen.set(name, { name, cwd, id: claimed.has(id) ? '' : id });
    if (id !== '') claimed.add(id);
  }
  return [...chosen.values()].toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
}

/** The text of the predecessor's file: name, directory and conversation id, separated by tabs. */
export function formatTsv(rows: readonly PredecessorRow[]): string {
  return rows.map(({ name, cwd, id }) => `${name}\t${cwd}\t${id}\n`).join('');
}

/** The same as the predecessor's later versions write it: a dash for what is empty. */
export function formatDashedTsv(rows: readonly PredecessorRow[]): string {
  return formatTsv(rows.map(({ name, cwd, id }) => ({ name, cwd: cwd === '' ? '-' : cwd, id: id === '' ? '-' : id })));
}

interface Candidate extends PredecessorRow {
  readonly isLive: boolean;
  readonly lastSeenAt: string;
}

const restoredCauses: ReadonlySet<Cause> = new Set<Cause>(['reboot', 'server-died', 'killed', 'server-stopped']);

function isRestoredByPredecessor(entry: SessionEntry): boolean {
  return entry.state === 'live' || restoredCauses.has(entry.cause);
}

/** Empty for an entry that does not fit into the three columns. */
function toCandidate(entry: SessionEntry): readonly Candidate[] {
  const pane = speakingPaneOf(entry);
  const id = pane === null ? '' : claudeIdOf(pane);
  if (entry.name === '' || breaksColumns(entry.name) || breaksColumns(id)) return [];
  return [
    {
      name: entry.name,
      cwd: writableDirectory((pane ?? shownPaneOf(entry))?.cwd ?? entry.path),
      // The predecessor pastes the id into a shell command, so the column must hold a plain id or nothing.
      id: isUuid(id) ? id : '',
      isLive: entry.state === 'live',
      lastSeenAt: entry.lastSeenAt,
    },
  ];
}

/**
 * The pane whose conversation represents the session: the one a client would show, else the first with a conversation.
 */
function speakingPaneOf(entry: SessionEntry): Pane | null {
  const shown = shownPaneOf(entry);
  if (shown !== null && claudeIdOf(shown) !== '') return shown;
  return panesOf(entry).find((pane) => claudeIdOf(pane) !== '') ?? null;
}

function claudeIdOf({ conversation }: Pane): string {
  return conversation !== null && conversation.agent === 'claude' && comesBack(conversation) ? conversation.id : '';
}

/** The predecessor replaces a missing directory by the home, and misreads an empty column as a missing one. */
function writableDirectory(cwd: string): string {
  return cwd === '' || breaksColumns(cwd) ? '~' : cwd;
}

function breaksColumns(text: string): boolean {
  return /[\t\n\0]/.test(text);
}

function bySurestFirst(a: Candidate, b: Candidate): number {
  if ((a.id === '') !== (b.id === '')) return a.id === '' ? 1 : -1;
  if (a.isLive !== b.isLive) return a.isLive ? -1 : 1;
  if (a.lastSeenAt === b.lastSeenAt) return 0;
  return a.lastSeenAt < b.lastSeenAt ? 1 : -1;
}
