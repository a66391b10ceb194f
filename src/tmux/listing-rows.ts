import type { ServerIdentity } from '../core/manifest.ts';
import { lastingLayout } from './layout.ts';
import type { ListedPane } from './listing.ts';
import { decodeField, encodedField } from './tmux-text.ts';

export interface SessionRow {
  readonly tmuxId: string;
  readonly name: string;
  readonly createdAt: string;
  readonly path: string;
  readonly group: string;
  readonly optedOut: boolean;
  readonly stamp: string | null;
  readonly satisfies?: boolean;
}

export interface PaneRow extends ListedPane {
  readonly sessionId: string;
  readonly windowId: string;
  readonly windowIndex: number;
  readonly windowName: string;
  readonly automaticName: boolean;
  readonly windowActive: boolean;
  readonly windowLast: boolean;
  readonly zoomed: boolean;
  readonly layout: string;
}

export interface ListingRows {
  readonly server: ServerIdentity | null;
  readonly sessions: readonly SessionRow[];
  readonly panes: readonly PaneRow[];
}

const maxTitleWidth = 256;
const maxSessions = 2_000;
const maxPanes = 10_000;
/** The last second of the year 9999. Later times have another form in ISO 8601. */
const maxTime = 253_402_300_799;

const serverFormat = ['server', '#{pid}', '#{start_time}'].join('\t');

const sessionFormat = [
  'session',
  '#{session_id}',
  encodedField('session_name'),
  '#{session_created}',
  encodedField('session_path'),
  encodedField('session_group'),
  '#{==:#{@persist},off}',
  encodedField('@claude_transcript'),
].join('\t');

const paneFormat = [
  'pane',
  '#{session_id}',
  '#{window_id}',
  '#{window_index}',
  encodedField('window_name'),
  '#{automatic-rename}',
  '#{window_active}',
  '#{window_last_flag}',
  '#{window_zoomed_flag}',
  '#{window_layout}',
  '#{pane_id}',
  '#{pane_index}',
  '#{pane_active}',
  '#{pane_pid}',
  '#{pane_dead}',
  encodedField('pane_current_command'),
  // A dead pane has no current path, but it keeps its start directory (3.3a).
  `#{?pane_dead,${encodedField('pane_start_path')},${encodedField('pane_current_path')}}`,
  // A program that writes wrong bytes to its terminal can give a pane a title of a megabyte (3.3a).
  encodedField('pane_title', maxTitleWidth),
].join('\t');

/**
 * Asks for everything in one call, at one moment. The server comes first: without sessions the listing of panes fails
 * with "no current target" (3.3a), after the other parts have answered. `keepWhen` is a format of the roster.
 */
export function listingCommand(keepWhen: string | null): readonly string[] {
  const sessions = keepWhen === null ? sessionFormat : `${sessionFormat}\t#{?${keepWhen},1,0}`;
  return [
    'display-message',
    '-p',
    serverFormat,
    ';',
    'list-sessions',
    '-F',
    sessions,
    ';',
    'list-panes',
    '-a',
    '-F',
    paneFormat,
  ];
}

/**
 * Reads the answer to `listingCommand`; one wrong row makes the whole answer invalid. The process that listens on the
 * socket may not be tmux. The result must be safe to store and to give to tmux again.
 */
export function parseRows(
  output: string,
  asked: 'with a condition' | 'plain' = 'plain',
): ListingRows | { readonly misfit: string } | { readonly excess: number } {
  let server: ServerIdentity | null = null;
  const sessions: SessionRow[] = [];
  const panes: PaneRow[] = [];
  if (output !== '' && !output.endsWith('\n')) return { misfit: output.slice(output.lastIndexOf('\n') + 1) };
  // No name, title or directory can contain a NUL byte, and no command line can hold one.
  if (output.includes('\0')) return { misfit: output.slice(Math.max(0, output.indexOf('\0') - 60)) };
  for (const line of output.split('\n').slice(0, -1)) {
    const [kind, ...fields] = line.split('\t');
    if (kind === 'server' && server === null) {
      server = parseServer(fields);
      if (server !== null) continue;
    }
    const session = kind === 'session' ? parseSession(fields, asked) : null;
    const pane = kind === 'pane' ? parsePane(fields) : null;
    if (session !== null) sessions.push(session);
    else if (pane !== null) panes.push(pane);
    else return { misfit: line };
    if (sessions.length > maxSessions || panes.length > maxPanes) return { excess: sessions.length + panes.length };
  }
  return { server, sessions, panes };
}

/** The identity of a server from its fields `#{pid}` and `#{start_time}`; null for any other text. */
export function parseServer(fields: readonly string[]): ServerIdentity | null {
  const [pid, startTime, ...more] = fields.map(number);
  if (pid === undefined || startTime === undefined || more.length > 0) return null;
  return pid === null || pid < 1 || startTime === null ? null : { pid, startTime };
}

function parseSession(fields: readonly string[], asked: 'with a condition' | 'plain'): SessionRow | null {
  const [tmuxId, name, created, path, group, optedOut, stamp, satisfies, ...more] = fields;
  if (tmuxId === undefined || name === undefined || path === undefined || group === undefined) return null;
  if (stamp === undefined || (satisfies === undefined) !== (asked === 'plain')) return null;
  const createdSeconds = number(created);
  const isOptedOut = flag(optedOut);
  if (more.length > 0 || name === '' || !/^\$\d+$/.test(tmuxId) || isOptedOut === null) return null;
  if (createdSeconds === null || createdSeconds > maxTime) return null;
  return {
    tmuxId,
    name: decodeField(name),
    createdAt: new Date(createdSeconds * 1000).toISOString(),
    path: decodeField(path),
    group: decodeField(group),
    optedOut: isOptedOut,
    stamp: stamp === '' ? null : decodeField(stamp),
    ...(satisfies === undefined ? {} : { satisfies: satisfies === '1' }),
  };
}

function parsePane(fields: readonly string[]): PaneRow | null {
  const [sessionId, windowId, windowAt, windowName, automatic, shown, last, zoom, layout, ...ofPane] = fields;
  const [tmuxId, at, active, pid, dead, ...texts] = ofPane;
  const [command, currentPath, title, ...more] = texts.map(decodeField);
  if (
    sessionId === undefined ||
    windowId === undefined ||
    windowName === undefined ||
    layout === undefined ||
    tmuxId === undefined
  )
    return null;
  if (command === undefined || currentPath === undefined || title === undefined || more.length > 0) return null;
  if (!/^\$\d+$/.test(sessionId) || !/^@\d+$/.test(windowId) || !/^%\d+$/.test(tmuxId)) return null;
  const numbers = { windowIndex: number(windowAt), index: number(at), pid: number(pid) };
  const flags = {
    automaticName: flag(automatic),
    windowActive: flag(shown),
    windowLast: flag(last),
    zoomed: flag(zoom),
    active: flag(active),
    dead: flag(dead),
  };
  if (numbers.windowIndex === null || numbers.index === null || numbers.pid === null) return null;
  const { automaticName, windowActive, windowLast, zoomed } = flags;
  if (automaticName === null || windowActive === null || windowLast === null || zoomed === null) return null;
  if (flags.active === null || flags.dead === null) return null;
  return {
    sessionId,
    windowId,
    windowIndex: numbers.windowIndex,
    windowName: decodeField(windowName),
    automaticName,
    windowActive,
    windowLast,
    zoomed,
    layout: lastingLayout(layout),
    index: numbers.index,
    tmuxId,
    active: flags.active,
    dead: flags.dead,
    pid: flags.dead || numbers.pid < 1 ? null : numbers.pid,
    command,
    currentPath,
    title,
  };
}

function number(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : null;
}

/** tmux prints a flag that is off as `0`, or as nothing. */
function flag(text: string | undefined): boolean | null {
  if (text === '1') return true;
  return text === '0' || text === '' ? false : null;
}
