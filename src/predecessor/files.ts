import { linkSync, renameSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { keptName } from '../core/units/units.ts';
import { errnoName, StateWriteError } from '../system/errors.ts';
import { readRegularFile } from '../system/files/read-file.ts';

/** Whether a program is the predecessor's script. */
export function isPredecessorScript(text: string): boolean {
  return otherThanScript(text) === null;
}

/**
 * What tells a program from the predecessor's script, as a clause about it; null for the script. No two of its versions
 * have the same text, so it is told by what all of them say of themselves: they are bash scripts that persist the
 * sessions of a web terminal, by the words save and restore.
 */
export function otherThanScript(text: string): string | null {
  const [first = ''] = text.split('\n', 1);
  const interpreter = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(first);
  if (interpreter === null) return 'it is no script';
  const [, program = '', argument = ''] = interpreter;
  const shell = basename(program) === 'env' ? argument : basename(program);
  if (shell !== 'bash') return `it is a script for ${shell === '' ? program : shell}`;
  if (!saysWhatItDoes(headOf(text)) && !placeLines.every((line) => line.test(text))) {
    return 'its head does not say that it persists the sessions of a web terminal';
  }
  return usageLine.test(text) ? null : 'it has no usage with the words save and restore';
}

/** The comments before the first command. */
function headOf(text: string): string {
  const lines = text.split('\n').slice(1, 1 + maxHeadLines);
  const end = lines.findIndex((line) => !/^\s*(?:#|$)/.test(line));
  return lines.slice(0, end < 0 ? lines.length : end).join('\n');
}

const maxHeadLines = 200;

function saysWhatItDoes(head: string): boolean {
  return [/\bweb[- ]?terminals?\b/i, /\bsessions?\b/i, /\b(?:persist|surviv|keep|kept|sav|restor)/i].every((word) =>
    word.test(head),
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

/** Where all of its versions under its last name keep the records, and whence they know the users. */
const placeLines = [/^STATE_DIR=.*\/var\/lib\/tmux-persist\b/m, /^MAP=.*\/etc\/ttyd-user-map\b/m] as const;
const usageLine = /^[^#\n]*\busage:[^\n]*\bsave\b[^\n]*\brestore\b/im;

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
 * this program replaces the first. It gives way to a later version, which `isTheirs` tells. Throws StateWriteError, also
 * when any other file has the name.
 */
export function keepPredecessor(path: string, isTheirs: (text: string) => boolean): string {
  const kept = keptName(path);
  try {
    linkSync(path, kept);
  } catch (error) {
    const taken = errnoName(error) === 'EEXIST' ? readRegularFile(kept, maxKeptBytes) : null;
    if (taken?.kind !== 'read') throw new StateWriteError(kept, 'place', error);
    if (holds(path, taken.text)) return kept;
    if (!isTheirs(taken.text)) throw new StateWriteError(kept, 'place', error);
    replaceBy(path, kept);
  }
  return kept;
}

function holds(path: string, text: string): boolean {
  const reading = readRegularFile(path, maxKeptBytes);
  return reading.kind === 'read' && reading.text === text;
}

function replaceBy(path: string, kept: string): void {
  const beside = `${kept}.new`;
  try {
    rmSync(beside, { force: true });
    linkSync(path, beside);
    renameSync(beside, kept);
  } catch (error) {
    throw new StateWriteError(kept, 'place', error);
  }
}

/** The limit for a script or a unit file. */
const maxKeptBytes = 256 * 1024;
