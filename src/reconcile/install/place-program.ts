import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { shellQuote } from '../../core/own-command.ts';
import { quietly } from '../../system/read-file.ts';

/** What an installation copies of a release or of a built clone, where it is there. */
const parts = ['dist', 'systemd', 'schemas', 'package.json', 'LICENSE'] as const;

/** The name of the command in the directory of the program. The units call it, so that nothing else decides what they run. */
export const commandInProgram = 'bin/tmux-persist';

export interface ProgramCopy {
  /** The release or the built clone that runs now. */
  readonly source: string;
  readonly target: string;
  /** The Node that the command will run. */
  readonly node: string;
}

/**
 * Copies the program beside its old copy first, and then takes its place. An interrupted copy leaves the old one. Whoever runs
 * the copy itself gets no second one.
 */
export function placeProgram({ source, target, node }: ProgramCopy): void {
  if (quietly(() => realpathSync(source)) === quietly(() => realpathSync(target))) return;
  const [fresh, old] = [`${target}.new`, `${target}.old`];
  for (const path of [fresh, old]) rmSync(path, { recursive: true, force: true });
  mkdirSync(join(fresh, dirname(commandInProgram)), { recursive: true, mode: 0o755 });
  for (const part of parts) {
    const from = join(source, part);
    if (existsSync(from)) cpSync(from, join(fresh, part), { recursive: true, dereference: true });
  }
  rmSync(join(fresh, 'dist/compile-cache'), { recursive: true, force: true });
  writeFileSync(join(fresh, commandInProgram), commandText(node, join(target, 'dist/bin.js')));
  chmodSync(join(fresh, commandInProgram), 0o755);
  if (existsSync(target)) renameSync(target, old);
  renameSync(fresh, target);
  rmSync(old, { recursive: true, force: true });
}

/** Whether what is there is a copy of this program, or nothing. */
export function isOurProgram(path: string): boolean {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return true;
  const text = quietly(() => readFileSync(join(path, 'package.json'), 'utf8')) ?? '';
  return /"name":\s*"tmux-persist"/.test(text);
}

/** Lets a name on the PATH lead to the command. Another command of that name stays: false. */
export function placeCommandLink(path: string, command: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found !== undefined && !isLinkTo(path, command)) return false;
  if (found !== undefined) return true;
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(command, path);
  return true;
}

export function isLinkTo(path: string, target: string): boolean {
  return quietly(() => readlinkSync(path)) === target;
}

function commandText(node: string, program: string): string {
  return `#!/bin/sh\n# Managed by tmux-persist\nexec ${shellQuote(node)} ${shellQuote(program)} "$@"\n`;
}
