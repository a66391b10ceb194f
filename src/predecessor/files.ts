import { linkSync } from 'node:fs';
import { keptName } from '../core/units.ts';
import { errnoName, StateWriteError } from '../system/errors.ts';
import { readRegularFile } from '../system/read-file.ts';

/** Whether a program is the predecessor's script: it must have every line that all versions of the script have. */
export function isPredecessorScript(text: string): boolean {
  const lines = new Set(text.split('\n').map((line) => line.trimEnd()));
  return (
    /^#!(?:\/usr\/bin\/env |\/usr\/bin\/|\/bin\/)bash\n/.test(text) &&
    scriptLines.every((line) => lines.has(line)) &&
    /\busage: tmux-persist save\|restore\b/.test(text)
  );
}

/**
 * Whether a unit file is the predecessor's, under its first name or under its last, which this program also uses.
 * `textOf` returns the other files of the directory, or null for missing ones.
 */
export function isPredecessorUnit(name: string, text: string, textOf: (name: string) => string | null): boolean {
  const directives = directivesOf(text);
  if (name === 'tmux-persist-save.timer') {
    // A timer holds only times, which any tool may have written. So it counts as the predecessor's if its service does.
    const service = 'tmux-persist-save.service';
    return (
      activates(directives, /^tmux-persist-save\.service$/) && isPredecessorUnit(service, textOf(service) ?? '', textOf)
    );
  }
  if (name === 'tmux-persist-save.service') return runsOnly(directives, /^\/usr\/local\/bin\/tmux-persist +save$/);
  if (name === 'tmux-persist-restore.service')
    return runsOnly(directives, /^\/usr\/local\/bin\/tmux-persist +restore$/);
  if (!hasFirstName(name)) return false;
  return name.endsWith('.timer') ? activates(directives, firstName) : runsOnly(directives, firstScript);
}

/** Whether a unit has the predecessor's first name, with any content. */
export function hasFirstName(name: string): boolean {
  return firstName.test(name);
}

const scriptLines = ['STATE_DIR=/var/lib/tmux-persist', 'MAP=/etc/ttyd-user-map', 'save() {', 'restore() {'] as const;

const firstName = /^t3-tmux-(?:save|restore|sessions(?:-[A-Za-z0-9_-]+)?)\.(?:service|timer)$/;
const firstScript =
  /^(?:\/usr\/bin\/env bash |(?:\/usr)?\/bin\/bash )?\/(?:\S*\/)?t3-tmux-sessions(?:\.sh)? +(?:save|restore)$/;

interface Directive {
  readonly section: string;
  readonly key: string;
  readonly value: string;
}

function runsOnly(directives: readonly Directive[], command: RegExp): boolean {
  const [only, ...others] = directives.filter(({ key }) => key.startsWith('Exec'));
  return only?.key === 'ExecStart' && command.test(only.value) && others.length === 0;
}

function activates(directives: readonly Directive[], unit: RegExp): boolean {
  const timer = directives.filter(({ section }) => section === 'Timer');
  return (
    timer.some(({ key }) => key.startsWith('On')) &&
    timer.every(({ key, value }) => key !== 'Unit' || unit.test(value)) &&
    !directives.some(({ key }) => key.startsWith('Exec'))
  );
}

/** systemd.syntax(7): a backslash continues a line, `#` and `;` begin a comment. */
function directivesOf(text: string): readonly Directive[] {
  let section = '';
  return text
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^[#;]/.test(line))
    .flatMap((line): readonly Directive[] => {
      section = /^\[(.*)\]$/.exec(line)?.[1] ?? section;
      const at = line.indexOf('=');
      return at < 1 ? [] : [{ section, key: line.slice(0, at).trim(), value: line.slice(at + 1).trim() }];
    });
}

/**
 * Gives a file of the predecessor a second name beside it, and returns that name. The second name stays when a file of
 * this program replaces the first. Throws StateWriteError, also when another file has the name.
 */
export function keepPredecessor(path: string): string {
  const kept = keptName(path);
  try {
    linkSync(path, kept);
  } catch (error) {
    if (errnoName(error) !== 'EEXIST' || !holdTheSame(path, kept)) throw new StateWriteError(kept, 'place', error);
  }
  return kept;
}

function holdTheSame(...paths: readonly [string, string]): boolean {
  const [one, other] = paths.map((path) => readRegularFile(path, maxKeptBytes));
  return one?.kind === 'read' && other?.kind === 'read' && one.text === other.text;
}

/** The limit for a script or a unit file. */
const maxKeptBytes = 256 * 1024;
