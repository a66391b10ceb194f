import {
  type SessionSettings,
  type Setting,
  storableOptions,
  storableSettings,
  type Variable,
} from '../core/settings.ts';
import { type CallOptions, callTmux } from './call-tmux.ts';
import type { ListedSession } from './listing.ts';
import type { TmuxTarget } from './tmux-target.ts';
import { commandText, unescapeName } from './tmux-text.ts';

/** What is set on the sessions and windows of one server. A session or window that is missing could not be read. */
export interface ServerSettings {
  /** By tmux's `$N`. */
  readonly sessions: ReadonlyMap<string, SessionSettings>;
  /** By tmux's `@N`. */
  readonly windows: ReadonlyMap<string, readonly Setting[]>;
}

export const noServerSettings: ServerSettings = { sessions: new Map(), windows: new Map() };

/**
 * Reads the options and the environment that are set on the given sessions and their windows, with one call.
 *
 * tmux cannot print them in a listing, because no format names an option that is not known beforehand.
 */
export async function readSettings(
  target: TmuxTarget,
  sessions: readonly ListedSession[],
  options: CallOptions,
): Promise<ServerSettings> {
  if (sessions.length === 0) return noServerSettings;
  const windowIds = new Set(sessions.flatMap(({ windows }) => windows.map(({ tmuxId }) => tmuxId)));
  const lines = [
    commandText([['show-options', '-g', 'update-environment'], row('updated')]),
    ...sessions.map(({ tmuxId }) => commandText(sessionCommands(tmuxId))),
    ...[...windowIds].map((id) => commandText([['show-options', '-w', '-t', id], row(`window ${id}`)])),
  ];
  const input = `${lines.join('\n')}\n`;
  // Its exit status tells only whether some session has ended meanwhile. What was printed whole is valid.
  const result = await callTmux(target, ['source-file', '-'], { ...options, input });
  return parseSettings(result.stdout);
}

function sessionCommands(id: string): readonly (readonly string[])[] {
  return [
    // `-s` writes it for a shell, with quotes around the value. Without it a newline in a value could not be told from the
    // end of the value.
    ['show-environment', '-s', '-t', `${id}:`],
    ['show-options', '-t', `${id}:`],
    row(`session ${id}`),
  ];
}

/**
 * Ends a part of the answer, and says what it was about. tmux prints nothing for a session that has ended, not even this.
 * No option and no variable starts with a tab.
 */
function row(text: string): readonly string[] {
  return ['display-message', '-p', `\t${text}`];
}

/** Reads the answer of tmux 3.1c to 3.8. A part that does not fit is left out. */
export function parseSettings(output: string): ServerSettings {
  const sessions = new Map<string, SessionSettings>();
  const windows = new Map<string, readonly Setting[]>();
  let updated: readonly string[] = [];
  let at = 0;
  while (at < output.length) {
    const variables = takeVariables(output, at);
    const options = takeOptions(output, variables.end);
    const end = output.indexOf('\n', options.end);
    const title = end < 0 ? '' : output.slice(options.end, end);
    at = end < 0 ? output.length : end + 1;
    const [, what, id] = /^\t(updated|session|window)(?: ([$@]\d+))?$/.exec(title) ?? [];
    if (what === 'updated') updated = options.found.map(({ value }) => value);
    if (what === 'window' && id !== undefined) windows.set(id, storableOptions(options.found.filter(isLasting)));
    if (what === 'session' && id !== undefined) {
      sessions.set(id, storableSettings(options.found, variables.found, updatedIn(options.found) ?? updated));
    }
  }
  return { sessions, windows };
}

/** tmux turns automatic names off for a window with a name of its own. The record has that as a fact of its own. */
function isLasting({ name, value }: Setting): boolean {
  return name !== 'automatic-rename' || value !== 'off';
}

/** The names of variables that every client brings along when it attaches, as set on the session; null for none. */
function updatedIn(options: readonly Setting[]): readonly string[] | null {
  const own = options.filter(({ name }) => /^update-environment(\[|$)/.test(name)).map(({ value }) => value);
  return own.length === 0 ? null : own;
}

interface Taken<Found> {
  readonly found: readonly Found[];
  /** Where they end in the output. */
  readonly end: number;
}

function takeOptions(output: string, start: number): Taken<Setting> {
  const found: Setting[] = [];
  let at = start;
  for (;;) {
    const end = output.indexOf('\n', at);
    const line = end < 0 ? '' : output.slice(at, end);
    if (line === '' || line.startsWith('\t')) return { found, end: at };
    const space = line.indexOf(' ');
    const value = space < 0 ? '' : optionValue(line.slice(space + 1));
    if (value !== null) found.push({ name: space < 0 ? line : line.slice(0, space), value });
    at = end + 1;
  }
}

/**
 * The value behind a printed option. tmux puts it in quotes where its own parser needs them, and escapes it with vis(3)
 * inside of both kinds.
 */
function optionValue(printed: string): string | null {
  const quoted = /^(["'])(.*)\1$/s.exec(printed)?.[2];
  return unescapeName(quoted ?? printed);
}

function takeVariables(output: string, start: number): Taken<Variable> {
  const found: Variable[] = [];
  const entry = /unset ([^;\n]+);\n|([^=\n\t]+)="((?:[^"\\]|\\[\s\S])*)"; export [^;\n]*;\n/y;
  entry.lastIndex = start;
  let end = start;
  for (;;) {
    const [whole, removed, name, printed] = entry.exec(output) ?? [];
    if (whole === undefined) return { found, end };
    end += whole.length;
    if (removed !== undefined) found.push({ name: removed, value: null });
    // 3.4 to 3.5a print control bytes with vis(3), too. A backslash of the value itself is always escaped.
    const value = printed === undefined ? null : unescapeName(printed);
    if (name !== undefined && value !== null) found.push({ name, value });
  }
}
