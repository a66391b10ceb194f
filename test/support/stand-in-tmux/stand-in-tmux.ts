import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { getuid } from 'node:process';
import { onTestFinished } from 'vitest';
import { cString, encodeMessage, int32, messageReader, messageTypes } from '../../../src/tmux/protocol-messages.ts';
import { StandInSessions } from './stand-in-sessions.ts';

/** Stands where a user's tmux would, in this process: keeps what it is asked for, and does it. */
export interface StandInTmux {
  readonly sessions: StandInSessions;
  /** The input of each command file that it was given: one for each call that creates something. */
  readonly commandFiles: readonly string[];
  /** How often the `tmux` program was run to start it. */
  readonly startCount: () => number;
}

export interface StandInOptions {
  /** TMUX_TMPDIR and the program's PATH: an own directory of the test. */
  readonly directory: string;
  /** Whether it runs from the beginning; otherwise the `tmux` on PATH starts it. */
  readonly runs: boolean;
  /** The process that its panes are children of. */
  readonly serverPid?: number;
}

/** The PATH on which the stand-in's own `tmux` is. */
export function standInPath(directory: string): string {
  return `${join(directory, 'bin')}:/usr/bin:/bin`;
}

/** Listens until the end of the test. */
export async function standInTmux({ directory, runs, serverPid = process.pid }: StandInOptions): Promise<StandInTmux> {
  const sessions = new StandInSessions();
  const commandFiles: string[] = [];
  const server = createServer((socket) => serve(socket, { sessions, commandFiles, serverPid }));
  const place = join(directory, `tmux-${getuid?.() ?? 0}`);
  mkdirSync(place, { mode: 0o700 });
  const [hidden, shown] = [join(place, 'not-started'), join(place, 'default')];
  await once(server.listen(hidden), 'listening');
  onTestFinished(() => void server.close());
  if (runs) renameSync(hidden, shown);
  const log = join(directory, 'starts');
  writeStarter(directory, [
    `[ ! -e '${hidden}' ] || mv '${hidden}' '${shown}'`,
    `echo start >>'${log}'`,
    'echo "TMUX_PERSIST_START=$TMUX_PERSIST_START"',
  ]);
  const startCount = (): number => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').length - 1 : 0);
  return { sessions, commandFiles, startCount };
}

function writeStarter(directory: string, lines: readonly string[]): void {
  mkdirSync(join(directory, 'bin'));
  const path = join(directory, 'bin/tmux');
  writeFileSync(path, ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(path, 0o755);
}

interface Serving {
  readonly sessions: StandInSessions;
  readonly commandFiles: string[];
  readonly serverPid: number;
}

const inputStream = 3;

function serve(socket: Socket, serving: Serving): void {
  const read = messageReader();
  const input: Buffer[] = [];
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    const reading = read(Buffer.from(chunk));
    if (reading.kind === 'misfit') throw new Error(reading.what);
    for (const { type, body } of reading.messages) {
      if (type === messageTypes.read) input.push(Buffer.from(body.subarray(4)));
      if (type === messageTypes.readDone) say(socket, runFile(serving, Buffer.concat(input).toString('utf8')));
      if (type !== messageTypes.command) continue;
      const words = body.toString('utf8', 4).split('\0').slice(0, -1);
      if (words[0] === 'source-file') {
        socket.write(encodeMessage(messageTypes.readOpen, int32(inputStream), int32(0), cString('-')));
      } else say(socket, { stdout: words.includes('list-sessions') ? listingOf(serving) : '', stderr: '' });
    }
  });
}

interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

function runFile({ sessions, commandFiles }: Serving, input: string): Said {
  if (!input.includes('show-environment')) commandFiles.push(input);
  const said = input
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => sessions.runLine(line));
  return { stdout: said.map(({ stdout }) => stdout).join(''), stderr: said.map(({ stderr }) => stderr).join('') };
}

function say(socket: Socket, { stdout, stderr }: Said): void {
  for (const [stream, text] of [
    [1, stdout],
    [2, stderr],
  ] as const) {
    if (text === '') continue;
    socket.write(encodeMessage(messageTypes.writeOpen, int32(stream), int32(stream), int32(0)));
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += 16_000) {
      socket.write(encodeMessage(messageTypes.write, int32(stream), bytes.subarray(at, at + 16_000)));
    }
  }
  socket.write(encodeMessage(messageTypes.exit, int32(stderr === '' ? 0 : 1)));
}

/** The rows that `listingCommand` of src/tmux asks for. */
function listingOf({ sessions: { all }, serverPid }: Serving): string {
  const startedAt = 1_790_000_000;
  const groupOf = (name: string): string => {
    const members = all.filter(({ shares, name: own }) => own === name || shares === name);
    return members.length > 1 ? name : '';
  };
  const rows = [
    ['server', serverPid, startedAt],
    ...all.map(({ id, name, path, shares }) => {
      return ['session', id, encoded(name), startedAt, encoded(path), encoded(groupOf(shares ?? name)), 0, ''];
    }),
    ...all.flatMap(({ id, windows }) =>
      windows.flatMap(({ id: window, index, name, active, panes }) =>
        panes.map(({ id: pane, cwd, pid }, at) => {
          const own = [encoded(name ?? 'sh'), name === null ? 1 : 0, active ? 1 : 0, 0, 0, layoutOf(panes.length)];
          return ['pane', id, window, index].concat(own, [pane, at, at === 0 ? 1 : 0, pid, 0, 'sh', encoded(cwd), '']);
        }),
      ),
    ),
  ];
  return rows.map((row) => `${row.join('\t')}\n`).join('');
}

/** Panes side by side, of which nobody reads more than how many they are. */
function layoutOf(panes: number): string {
  const cells = Array.from({ length: panes }, (_, at) => `10x24,${at * 11},0,${at}`);
  return panes === 1 ? 'b25d,80x24,0,0,0' : `b25d,${panes * 11}x24,0,0{${cells.join(',')}}`;
}

function encoded(text: string): string {
  return text.replaceAll(/[%\t\n$\\]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
