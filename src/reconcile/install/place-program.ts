import {
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
} from 'node:fs';
import { dirname, join } from 'node:path';
import { shellQuote } from '../../core/own-command.ts';
import { quietly } from '../../system/files/read-file.ts';
import { mark } from '../../systemd/installation.ts';
import { placeFile } from './own-files.ts';

/** The name of the command in the directory of the program. The units call it, so that nothing else decides what they run. */
export const commandInProgram = 'bin/tmux-persist';

export interface ProgramCopy {
  /** The release or the built clone that runs now. */
  readonly source: string;
  readonly target: string;
  /** The Node that the command will run. */
  readonly node: string;
  /** Variables that the command has where its caller has none of that name. */
  readonly variables: Readonly<Record<string, string>>;
}

interface ProgramParts {
  /** A release or a built clone. */
  readonly source: string;
  readonly target: string;
  /** What is copied, where it is there. */
  readonly parts: readonly string[];
  /** Completes the new copy, which is not in its place yet. */
  readonly complete: (fresh: string) => void | Promise<void>;
}

/**
 * Completes the new copy beside the old one first, and then puts it in its place. An interrupted copy leaves the old one.
 */
export async function replaceProgram({ source, target, parts, complete }: ProgramParts): Promise<void> {
  const [fresh, old] = [`${target}.new`, `${target}.old`];
  for (const path of [fresh, old]) rmSync(path, { recursive: true, force: true });
  mkdirSync(join(fresh, dirname(commandInProgram)), { recursive: true, mode: 0o755 });
  for (const part of parts) {
    const from = join(source, part);
    if (existsSync(from)) cpSync(from, join(fresh, part), { recursive: true, dereference: true });
  }
  rmSync(join(fresh, 'dist/compile-cache'), { recursive: true, force: true });
  await complete(fresh);
  if (existsSync(target)) renameSync(target, old);
  renameSync(fresh, target);
  rmSync(old, { recursive: true, force: true });
}

/** Places the program of one person. Whoever runs the copy itself gets no second one, and its command anew. */
export async function placeProgram({ source, target, node, variables }: ProgramCopy): Promise<void> {
  const text = commandText(node, join(target, 'dist/bin.js'), variables);
  const complete = (directory: string): void => placeFile(join(directory, commandInProgram), text, 0o755);
  if (quietly(() => realpathSync(source)) === quietly(() => realpathSync(target))) {
    complete(target);
    return;
  }
  const parts = ['dist', 'runtime', 'systemd', 'schemas', 'man', 'tmux-persist.tmux', 'package.json', 'LICENSE'];
  await replaceProgram({ source, target, parts, complete });
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

function commandText(node: string, program: string, variables: ProgramCopy['variables']): string {
  const defaults = Object.entries(variables).map(
    ([name, value]) => `[ -n "$${name}" ] || export ${name}=${shellQuote(value)}\n`,
  );
  return `#!/bin/sh\n${mark}\n${defaults.join('')}exec ${shellQuote(node)} ${shellQuote(program)} "$@"\n`;
}
