import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { quietly } from '../../src/system/files/read-file.ts';
import { binary } from '../support/persist-sandbox.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';
import { waitFor } from './support/wait-for.ts';
import { askOn, eventStream, webServer } from './support/web-server.ts';
import { type Scene, userWhoLost, webScene } from './support/web-scene.ts';

test('on a Unix socket it needs no secret, and takes the place of a socket that a killed server has left', async () => {
  const all = webScene({ emo: userWhoLost(['notes']) });
  const socketPath = join(temporaryDirectory(), 'web.sock');

  const first = await started(all, '--listen', `unix:${socketPath}`);
  expect((await askOn({ socketPath }, {})).status).toBe(200);
  expect(lstatSync(socketPath).mode & 0o777).toBe(0o660);
  expect((await askOn({ socketPath }, { login: null })).status).toBe(401);
  await first.end('SIGKILL');
  expect(existsSync(socketPath)).toBe(true);

  const second = await started(all, '--listen', `unix:${socketPath}`);
  expect((await askOn({ socketPath }, {})).status).toBe(200);
  await second.end('SIGTERM');
  expect(existsSync(socketPath)).toBe(false);
});

test('it takes no socket from a server that runs', async () => {
  const all = webScene({ emo: userWhoLost(['notes']) });
  const socketPath = join(temporaryDirectory(), 'web.sock');
  await started(all, '--listen', `unix:${socketPath}`);

  await expect(started(all, '--listen', `unix:${socketPath}`)).rejects.toThrow('address already in use');

  expect((await askOn({ socketPath }, {})).status).toBe(200);
});

test('it serves the socket that systemd passes, and no root command gets it', async () => {
  const all = webScene({ emo: userWhoLost(['notes'], { delayMs: 700 }) });
  const socketPath = join(temporaryDirectory(), 'passed.sock');

  const child = await started(all, { passed: `unix:${socketPath}` });
  const asked = askOn({ socketPath }, {});
  const command = await waitFor(() => childrenOf(child.pid)[0] ?? null, 'root’s command');
  const inherited = await waitFor(
    () => (all.calls().length === 1 ? linksIn(`/proc/${command}/fd`) : null),
    'its first line',
  );

  const listening = readlinkSync(`/proc/${child.pid}/fd/3`);
  expect(listening).toMatch(/^socket:/);
  expect(inherited).not.toContain(listening);
  expect((await asked).status).toBe(200);
});

test('a port that systemd passes needs a secret, too', async () => {
  const all = webScene({ emo: userWhoLost(['notes']) });

  await expect(started(all, { passed: 'tcp' })).rejects.toThrow('--secret-file');
});

test('a passed socket is for the process that systemd has named', async () => {
  const all = webScene({ emo: userWhoLost(['notes']) });
  const passed = `unix:${temporaryDirectory()}/passed.sock`;

  await expect(started(all, { passed, pid: '1' })).rejects.toThrow('needs a place to listen');
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it at once, also with open pages', async (signal) => {
  const all = webScene({ emo: userWhoLost(['notes']) });
  const server = await webServer(all);
  await eventStream(server.port, '/live', 'emo');
  const beganAtMs = Date.now();

  expect([0, 130, 143]).toContain(await server.stop(signal));

  expect(Date.now() - beganAtMs).toBeLessThan(5_000);
});

test('it tells systemd that it is ready, once it listens', async () => {
  const all = webScene({ emo: userWhoLost(['notes']) });
  const directory = temporaryDirectory();
  const said = join(directory, 'said');
  writeFileSync(join(directory, 'systemd-notify'), `#!/bin/sh\nprintf '%s\\n' "$NOTIFY_SOCKET $*" > ${said}\n`);
  chmodSync(join(directory, 'systemd-notify'), 0o755);

  // The usual places come first on the PATH of every program that is started, so the stand-in is of no use where there
  // is a real one: then the real one complains of a socket that is not there.
  const child = await started(all, '--listen', `unix:${directory}/web.sock`, {
    env: { NOTIFY_SOCKET: '/nowhere/notify', PATH: `${directory}:${process.env['PATH']}` },
  });

  const told = await waitFor(
    () => (existsSync(said) || child.stderr().includes('systemd-notify') ? true : null),
    'READY',
  );
  expect(told).toBe(true);
});

interface Passed {
  /** What pass-socket.pl takes. */
  readonly passed?: string;
  readonly pid?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Started {
  readonly pid: number;
  readonly stderr: () => string;
  /** Sends the signal, and waits for the end. */
  readonly end: (signal: NodeJS.Signals) => Promise<void>;
}

/** Starts the program and waits until it serves. Rejects with what it says when it ends instead. */
async function started(all: Scene, ...words: readonly (string | Passed)[]): Promise<Started> {
  const args = words.filter((word) => typeof word === 'string');
  const { passed, pid = 'own', env = {} } = words.find((word) => typeof word !== 'string') ?? {};
  const own = ['--no-sudo', '--command', all.command, '--state-dir', all.stateDirectory];
  const program = [process.execPath, binary, 'web', ...own, ...args];
  const passing = passed === undefined ? [] : ['perl', passSocket, passed, pid];
  const [file = '', ...rest] = [...passing, ...program];
  const child = spawn(file, rest, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'], ...env },
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const closed = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await closed;
  });
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', () => {
      if (text.includes('is served on')) resolve();
    });
    child.on('close', () => reject(new Error(text)));
  });
  return {
    pid: child.pid ?? 0,
    stderr: () => text,
    end: async (signal) => {
      child.kill(signal);
      await closed;
    },
  };
}

const passSocket = join(import.meta.dirname, 'support/pass-socket.pl');

function childrenOf(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) => {
    const text = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8');
    return text.split(' ').filter((one) => one !== '');
  });
}

function linksIn(directory: string): readonly string[] {
  return readdirSync(directory).flatMap((name) => quietly(() => readlinkSync(join(directory, name))) ?? []);
}
