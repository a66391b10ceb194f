import { chmodSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { binary, type PersistResult } from '../../support/persist-sandbox.ts';
import type { FaultBox } from './fault-box.ts';

/** One of the processes of a run, as the one to be traced. */
export interface Subject {
  readonly name: string;
  /** Runs the program, and this process of it below the given command of strace. */
  readonly run: (box: FaultBox, args: readonly string[], strace: readonly string[]) => Promise<PersistResult>;
}

export function programArgv(args: readonly string[], program = binary): readonly string[] {
  return [process.execPath, program, ...args];
}

/** The program itself. */
export const theProgram: Subject = {
  name: 'the program',
  run: (box, args, strace) => box.run([...strace, ...programArgv(args)]),
};

/** The child that reads what agents leave behind: in a copy of the program, which starts it by way of strace. */
export const theReader: Subject = {
  name: 'the reading child',
  run: (box, args, strace) => {
    const copy = join(box.directory, 'program');
    const reader = join(copy, 'reader.cjs');
    if (!existsSync(reader)) {
      cpSync(dirname(binary), copy, { recursive: true });
      renameSync(join(copy, 'read-agents.cjs'), reader);
    }
    const argv = ['/usr/bin/env', `PATH=${box.env['PATH']}`, ...strace, process.execPath, reader];
    // It is a child of its own, so that whatever happens to the reader happens to it.
    const launcher = [
      "const { spawnSync } = require('node:child_process');",
      `const [file, ...args] = ${JSON.stringify(argv)};`,
      "const { status, signal } = spawnSync(file, args, { stdio: 'inherit' });",
      'if (signal !== null) process.kill(process.pid, signal);',
      'process.exitCode = status ?? 1;',
    ];
    writeFileSync(join(copy, 'read-agents.cjs'), launcher.join('\n'));
    return box.run(programArgv(args, join(copy, 'bin.js')));
  },
};

/** One of the calls of tmux, counted from 1: only the client, for a server that it starts is a child. */
export function tmuxCall(which: number): Subject {
  return {
    name: `call ${which} of tmux`,
    run: (box, args, strace) => {
      const directory = join(box.directory, 'wrapped');
      const count = join(directory, 'count');
      mkdirSync(directory, { recursive: true });
      rmSync(count, { force: true });
      const path = String(box.env['PATH']);
      const script = [
        '#!/bin/sh',
        `PATH=${shellQuoted(path)}`,
        `echo >>${shellQuoted(count)}`,
        `if [ "$(wc -l <${shellQuoted(count)})" -eq ${which} ]; then`,
        `  exec ${strace.map(shellQuoted).join(' ')} tmux "$@"`,
        'fi',
        'exec tmux "$@"',
      ];
      writeFileSync(join(directory, 'tmux'), `${script.join('\n')}\n`);
      chmodSync(join(directory, 'tmux'), 0o755);
      return box.run(programArgv(args), { PATH: `${directory}:${path}` });
    },
  };
}

function shellQuoted(word: string): string {
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}
