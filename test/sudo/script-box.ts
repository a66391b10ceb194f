import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, onTestFinished } from 'vitest';

const repository = join(import.meta.dirname, '../..');
const original = readFileSync(join(repository, 'sudo/tmux-restore-user'), 'utf8');
/** From plain names to anything that can be an argument. */
export const argument = fc
  .oneof(
    fc.string({ unit: fc.constantFrom(...Array.from('aZ_09.-')), maxLength: 6 }),
    fc.string({ unit: fc.constantFrom(...Array.from('ao \n\t-./*?[]$;\'"\\`~#|&<>(){}!=')), maxLength: 6 }),
    fc.string({ unit: 'grapheme', maxLength: 6 }),
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc
      .tuple(fc.constantFrom('emo', 'anca'), fc.string({ unit: 'binary', maxLength: 1 }))
      .map((parts) => parts.join('')),
  )
  .filter((text) => !text.includes('\0') && !/\p{Surrogate}/u.test(text));

export interface ScriptBox {
  readonly directory: string;
  readonly script: string;
  readonly run: (args: readonly string[]) => {
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
  };
  /** Starts it, and tells how it ends. */
  readonly start: (args: readonly string[], onText?: (text: string) => void) => Promise<number | null>;
  /** How the stand-in for the program is to end, and what else it is to do before. */
  readonly answer: (status: number, words: string, work?: string) => void;
  /** The arguments that it was given; null when it did not run. */
  readonly passed: () => readonly string[] | null;
  /** What it noted of its environment, or of its directory, umask and input, or of what else it was given. */
  readonly seen: (what: 'environment' | 'place' | 'descriptors' | 'terminal') => readonly string[];
  readonly forget: () => void;
}

/** The script as it is, but for where it finds the host: each of its paths leads to a stand-in that notes what it is given. */
export function scriptBox(
  shell: string,
  { systemd = false, bus = true, roster = true, uid = 0, isApart = false } = {},
): ScriptBox {
  const directory = mkdtempSync(join(tmpdir(), 'restore-user-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const at = (name: string): string => join(directory, name);
  const standIns: Readonly<Record<string, string>> = {
    'command=/usr/local/lib/tmux-persist/bin/tmux-persist\n': `command=${at('program')}\n`,
    'records=/var/lib/tmux-persist/users\n': `records=${at('records')}\n`,
    'set -- systemd-run ': `set -- ${at('program')} `,
    '"$(id -u)"': `"$(${at('id')} -u)"`,
    '/run/systemd/system ': `${systemd ? directory : at('missing')} `,
    '/run/dbus/system_bus_socket ': `${bus ? directory : at('missing')} `,
    '/etc/tmux-persist/roster.yaml ': `${at('missing')} `,
    '/proc/1/ns/mnt ': `${isApart ? at('missing') : '/proc/self/ns/mnt'} `,
    '/proc/1/ns/net ': '/proc/self/ns/net ',
    '/etc/ttyd-user-map ': `${roster ? at('roster') : at('missing')} `,
  };
  let text = original;
  for (const [words, standIn] of Object.entries(standIns)) {
    expect(text).toContain(words);
    text = text.replaceAll(words, standIn);
  }
  writeFileSync(at('script'), text);
  writeFileSync(at('roster'), '');
  mkdirSync(at('records/emo'), { recursive: true });
  write(at('id'), `echo ${uid}`);
  const answer: ScriptBox['answer'] = (status, words, work = '') =>
    write(at('program'), noting(directory, status, words, work));
  answer(0, '');
  return {
    directory,
    script: at('script'),
    run: (args) => {
      const { status, stdout, stderr } = spawnSync(shell, [at('script'), ...args], {
        encoding: 'utf8',
        maxBuffer: 16 * 1024 * 1024,
        timeout: 20_000,
      });
      return { status, stdout, stderr };
    },
    start: (args, onText = () => {}) => {
      const child = spawn(shell, [at('script'), ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
      child.stdout.on('data', (chunk: Buffer) => onText(chunk.toString()));
      return new Promise((resolve) => child.on('close', resolve));
    },
    answer,
    passed: () => (existsSync(at('arguments')) ? readFileSync(at('arguments'), 'utf8').split('\0').slice(0, -1) : null),
    seen: (what) => readFileSync(at(what), 'utf8').split('\n').slice(0, -1).toSorted(),
    forget: () => rmSync(at('arguments'), { force: true }),
  };
}

function noting(directory: string, status: number, words: string, work: string): string {
  return [
    `printf '%s\\0' "$@" >'${directory}/arguments'`,
    `env >'${directory}/environment'`,
    `echo "$(pwd) $(umask) $(readlink /proc/$$/fd/0)" >'${directory}/place'`,
    // But the directory that is listed.
    `ls -l /proc/self/fd | sed -n '/ [0-2] ->/d; /proc/d; s/.* -> //p' >'${directory}/descriptors'`,
    `{ true </dev/tty && echo one; } 2>&- >'${directory}/terminal'`,
    work,
    'echo the result',
    ...(words === '' ? [] : [`echo '${words}' >&2`]),
    `exit ${status}`,
  ].join('\n');
}

function write(path: string, body: string): void {
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}
