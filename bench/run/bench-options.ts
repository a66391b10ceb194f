import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Build } from '../contestants/tmux-persist.ts';

export interface BenchOptions {
  /** What is measured: this project's own build, and with --against another one. */
  readonly builds: readonly [Build, ...Build[]];
  readonly predecessor: string | null;
  readonly resurrect: string | null;
  readonly sizes: readonly Size[];
  readonly rounds: number;
  /** Measure also what takes many minutes. */
  readonly full: boolean;
  /** Measure nothing but the watch. */
  readonly onlyWatch: boolean;
  readonly output: string;
}

export interface Size {
  readonly users: number;
  readonly sessions: number;
}

export const help = `usage: npm run bench -- [OPTION]...

Measures CPU and wall time on real tmux servers of Unix users that it creates and removes, and writes bench/RESULTS.md. As root.

  --predecessor FILE   also the bash script that came before; FILE is it, or a text that holds it to its end
  --resurrect DIR      also tmux-resurrect; DIR is a clone of it
  --against DIR        also another build of tmux-persist; DIR holds its bin.js
  --scenes LIST        users x sessions: 1x3,3x5,10x20,20x50
  --rounds N           how often each is measured: 7; at least 5 for figures that are to be quoted
  --full               also what takes long: agents brought back 200 at a time, the predecessor on 1000 sessions
  --only-watch         nothing but the watch, of 10 x 20: five minutes
  --output FILE        where the report goes: bench/RESULTS.md
`;

/** Reads the command line of the bench. Throws an Error that says what is wrong. */
export function parseBenchOptions(words: readonly string[], project: string): BenchOptions | 'help' {
  const { values } = parseArgs({
    args: [...words],
    options: {
      predecessor: { type: 'string' },
      resurrect: { type: 'string' },
      against: { type: 'string' },
      scenes: { type: 'string', default: '1x3,3x5,10x20,20x50' },
      rounds: { type: 'string', default: '7' },
      full: { type: 'boolean', default: false },
      'only-watch': { type: 'boolean', default: false },
      output: { type: 'string', default: join(project, 'bench/RESULTS.md') },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const own = { name: 'tmux-persist', directory: join(project, 'dist') };
  const others = values.against === undefined ? [] : [{ name: 'other build', directory: resolve(values.against) }];
  return {
    builds: [built(own), ...others.map(built)],
    predecessor: present(values.predecessor),
    resurrect: present(values.resurrect),
    sizes: values.scenes.split(',').map(parseSize),
    rounds: positive(values.rounds, '--rounds'),
    full: values.full,
    onlyWatch: values['only-watch'],
    output: resolve(values.output),
  };
}

function built(build: Build): Build {
  if (!existsSync(join(build.directory, 'bin.js'))) throw new Error(`${build.directory}/bin.js is missing`);
  return build;
}

function present(path: string | undefined): string | null {
  if (path === undefined) return null;
  const full = resolve(path);
  if (!existsSync(full)) throw new Error(`${full} is missing`);
  return full;
}

function parseSize(text: string): Size {
  const [users = '', sessions = '', ...rest] = text.split('x');
  if (rest.length > 0) throw new Error(`--scenes: ${text} is not USERSxSESSIONS`);
  return { users: positive(users, '--scenes'), sessions: positive(sessions, '--scenes') };
}

function positive(text: string, option: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Error(`${option}: ${text} is not a number from 1 to 9999`);
  return Number(text);
}
