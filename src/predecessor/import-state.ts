import { isAbsolute } from 'node:path';
import { isUuid, type PaneAgent } from '../core/conversation.ts';
import type { LiveEntry, Manifest, Pane } from '../core/manifest.ts';
import { noSettings } from '../core/settings.ts';
import type { Account } from '../system/host/accounts.ts';
import type { HostFacts } from '../system/host/host.ts';
import type { PredecessorRow } from './view.ts';

interface ParsedTsv {
  readonly rows: readonly PredecessorRow[];
  /** One sentence for each line that could not be read completely. */
  readonly problems: readonly string[];
}

/**
 * Parses the predecessor's file. A line without exactly three columns is a problem, and is never guessed at. Its later
 * versions write `-` for an empty directory or id; no directory and no id is called so.
 */
export function parseTsv(text: string): ParsedTsv {
  const rows = new Map<string, PredecessorRow>();
  const problems: string[] = [];
  text.split('\n').forEach((line, index) => {
    if (line === '') return;
    const parsed = parseLine(line);
    if (typeof parsed === 'string') {
      problems.push(`line ${index + 1}: ${parsed}`);
    } else if (rows.has(parsed.name)) {
      problems.push(`line ${index + 1}: session ${JSON.stringify(parsed.name)} is listed twice; the first one is kept`);
    } else {
      rows.set(parsed.name, parsed);
      if (parsed.id !== '' && !isUuid(parsed.id)) {
        problems.push(`line ${index + 1}: ${JSON.stringify(parsed.id)} is not a conversation id; it is left out`);
      }
    }
  });
  return { rows: [...rows.values()], problems };
}

interface ImportRequest {
  readonly rows: readonly PredecessorRow[];
  readonly account: Account;
  readonly host: HostFacts;
  /** The modification time of the file. */
  readonly writtenAtMs: number;
}

/**
 * Builds a manifest from the predecessor's rows: the sessions that it last saw running, each with one window and one
 * pane.
 */
export function importManifest({ rows, account, host, writtenAtMs }: ImportRequest): Manifest {
  const takenAt = new Date(writtenAtMs).toISOString();
  const isOfThisBoot = writtenAtMs > host.initStartedAtMs;
  return {
    user: account.name,
    uid: account.uid,
    host: host.hostname,
    takenAt,
    bootId: isOfThisBoot ? host.bootId : null,
    initStartTime: isOfThisBoot ? host.initStartTime : null,
    server: null,
    furtherServers: [],
    configFiles: null,
    sessions: rows.map((row) => importSession(row, account.home, takenAt)),
  };
}

function parseLine(line: string): PredecessorRow | string {
  const columns = line.split('\t');
  const [name, cwd, id] = columns;
  if (looksSavedWithoutUtf8(columns)) {
    return (
      `${JSON.stringify(name)} is a name, a process id and a directory run together: ` +
      'the predecessor saved it without a UTF-8 locale, where tmux prints tabs as "_"'
    );
  }
  if (name === undefined || cwd === undefined || id === undefined || columns.length !== 3) {
    return `expected three columns (name, directory, conversation id), found ${columns.length}`;
  }
  return name === '' ? 'the session name is empty' : { name, cwd: filled(cwd), id: filled(id) };
}

function filled(column: string): string {
  return column === '-' ? '' : column;
}

/** Such a line is `name_1234_/home/x`: alone, or with two empty columns, as the predecessor writes it again. */
function looksSavedWithoutUtf8([name = '', ...others]: readonly string[]): boolean {
  return /._[0-9]+_\//.test(name) && others.every((column) => column === '');
}

function importSession({ name, cwd, id }: PredecessorRow, home: string, takenAt: string): LiveEntry {
  const path = isAbsolute(cwd) ? cwd : home;
  const pane: Pane = {
    index: 0,
    tmuxId: null,
    active: true,
    cwd: path,
    title: '',
    command: '',
    conversation: isUuid(id) ? { agent: 'claude', id, ended: null } : null,
    agent: isUuid(id) ? importedAgent(path) : null,
    shell: null,
    program: null,
    process: null,
  };
  return {
    name,
    socket: null,
    state: 'live',
    cause: null,
    goneAt: null,
    killer: null,
    tmuxId: null,
    createdAt: null,
    lastSeenAt: takenAt,
    path,
    sharesWindowsOf: null,
    sharedWindow: null,
    sharedLastWindow: null,
    gonePanes: [],
    windows: [
      {
        index: 0,
        name: '',
        automaticName: true,
        active: true,
        last: false,
        zoomed: false,
        layout: null,
        options: [],
        panes: [pane],
      },
    ],
    links: [],
    settings: noSettings,
  };
}

/** The predecessor recorded only the id, and not how it found it. */
function importedAgent(directory: string): PaneAgent {
  return {
    name: 'claude',
    version: null,
    process: null,
    found: { kind: 'conversation', source: 'import', confidence: 'medium' },
    launch: { executable: 'claude', args: [], droppedArgs: [], env: {}, directory },
    wrapper: null,
  };
}
