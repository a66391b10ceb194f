import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Behaviour } from './behaviour.ts';

// Listens where a user's tmux server would, and speaks tmux's protocol 8 (3.0 to 3.5a) as far as lying takes.
const [, , socketPath = '', behaviourPath = ''] = process.argv;
const behaviour: Behaviour = JSON.parse(readFileSync(behaviourPath, 'utf8'));

const messageTypes = {
  command: 200,
  exit: 203,
  exited: 204,
  exiting: 205,
  ready: 207,
  shell: 209,
  exec: 217,
  readOpen: 300,
  read: 301,
  readDone: 302,
  writeOpen: 303,
  write: 304,
  writeReady: 305,
} as const;
const headerBytes = 16;
const protocolVersion = 8;
const stdoutStream = 1;
const stderrStream = 2;
const fileStream = 3;

// A client's standard streams travel to the server in messages: one that reads nothing keeps them open for ever.
const connectionsServed =
  behaviour.kind === 'hang' ? 0 : ((behaviour.kind === 'lie' ? behaviour.hangsAfter : null) ?? Infinity);
let connections = 0;
const server = createServer({ pauseOnConnect: true }, (socket) => {
  socket.on('error', () => {});
  connections += 1;
  if (connections > connectionsServed) return;
  serve(socket);
  socket.resume();
});
rmSync(socketPath, { force: true });
server.listen(socketPath, () => process.stdout.write('listening\n'));

function serve(socket: Socket): void {
  switch (behaviour.kind) {
    case 'hang':
      return;
    case 'close':
      setTimeout(() => socket.destroy(), behaviour.afterMs);
      return;
    case 'garbage':
      socket.write(Buffer.alloc(64 * 1024, 'no such protocol\xff\0', 'latin1'));
      return;
    case 'trickle': {
      const timer = setInterval(() => socket.write(message(messageTypes.writeOpen).subarray(0, 1)), 1_000);
      socket.on('close', () => clearInterval(timer));
      return;
    }
    default:
      listen(socket, behaviour);
  }
}

type Talking = Exclude<Behaviour, { readonly kind: 'hang' | 'close' | 'garbage' | 'trickle' }>;

function listen(socket: Socket, talking: Talking): void {
  let pending = Buffer.alloc(0);
  let command: readonly string[] = [];
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, typeof chunk === 'string' ? Buffer.from(chunk) : chunk]);
    for (let bytes = sizeIn(pending); bytes !== null && pending.length >= bytes; bytes = sizeIn(pending)) {
      const [type, body] = [pending.readUInt32LE(0), pending.subarray(headerBytes, bytes)];
      pending = pending.subarray(bytes);
      if (type === messageTypes.command) command = body.toString('utf8', 4).split('\0').slice(0, -1);
      answer(socket, talking, type, body, command);
    }
  });
}

function answer(socket: Socket, talking: Talking, type: number, body: Buffer, command: readonly string[]): void {
  if (type === messageTypes.exiting) socket.write(message(messageTypes.exited));
  switch (talking.kind) {
    case 'lie': {
      if (type !== messageTypes.command) return;
      const told = talking.answers.find(({ to }) => command.some((word) => word === to)) ?? talking.answers.at(-1);
      if (told === undefined) return;
      setTimeout(() => {
        say(socket, stdoutStream, told.stdout);
        say(socket, stderrStream, told.stderr);
        socket.write(message(messageTypes.exit, int32(told.exitCode)));
      }, told.afterMs);
      return;
    }
    case 'flood': {
      if (type === messageTypes.command) open(socket, talking.stream);
      if (type === messageTypes.writeReady) flood(socket, talking.stream);
      return;
    }
    case 'steal': {
      if (type === messageTypes.command) {
        socket.write(message(messageTypes.writeOpen, int32(fileStream), int32(-1), int32(0), text(talking.write)));
        socket.write(message(messageTypes.write, int32(fileStream), Buffer.from('written by a hostile server\n')));
        socket.write(message(messageTypes.readOpen, int32(fileStream + 1), int32(-1), text(talking.read)));
      }
      if (type === messageTypes.read) process.stdout.write(`stolen ${body.toString('utf8', 4)}\n`);
      if (type === messageTypes.readDone) socket.write(message(messageTypes.exit, int32(1)));
      return;
    }
    case 'exec':
      if (type !== messageTypes.command) return;
      socket.write(message(messageTypes.ready));
      socket.write(message(messageTypes.exec, text(talking.command), text('/bin/sh')));
      return;
    case 'shell': {
      if (type !== messageTypes.command) return;
      const shell = join(mkdtempSync(join(tmpdir(), 'impostor-')), 'shell');
      writeFileSync(shell, `#!/bin/sh\n${talking.command}\n`, { mode: 0o755 });
      socket.write(message(messageTypes.ready));
      socket.write(message(messageTypes.shell, text(shell)));
    }
  }
}

function open(socket: Socket, stream: number): void {
  socket.write(message(messageTypes.writeOpen, int32(stream), int32(stream), int32(0)));
}

/** In the order of writing: the client takes what follows its opening, whether or not it has said so. */
function say(socket: Socket, stream: number, words: string): void {
  if (words === '') return;
  open(socket, stream);
  const bytes = Buffer.from(words, 'utf8');
  for (let at = 0; at < bytes.length; at += 16_000) {
    socket.write(message(messageTypes.write, int32(stream), bytes.subarray(at, at + 16_000)));
  }
}

function flood(socket: Socket, stream: number): void {
  const wave = message(messageTypes.write, int32(stream), Buffer.alloc(16_000, 'session\t$1\tname\n'));
  const pour = (): void => {
    while (socket.writable && socket.write(wave));
    if (socket.writable) socket.once('drain', pour);
  };
  pour();
}

function sizeIn(bytes: Buffer): number | null {
  return bytes.length < headerBytes ? null : bytes.readUInt16LE(4);
}

/** `struct imsg_hdr`: type, length, flags, the protocol's version, a process id. */
function message(type: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32LE(type, 0);
  header.writeUInt16LE(headerBytes + body.length, 4);
  header.writeUInt32LE(protocolVersion, 8);
  header.writeUInt32LE(process.pid, 12);
  return Buffer.concat([header, body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`, 'utf8');
}
