import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { LocalClock } from '../render/text/clock.ts';
import { systemErrorText } from '../system/errors.ts';
import { quietly } from '../system/files/read-file.ts';
import { makeApp } from './app.tsx';
import { loadAssets } from './assets.ts';
import type { ListenAddress } from './listen-address.ts';
import { makeLive } from './live.ts';
import type { RootReach } from './reach-root.ts';
import { makeRootCommand } from './root-command.ts';
import type { PublicOrigin } from './same-origin.ts';
import { makeSlots } from './slots.ts';

/** The server cannot begin; the message says why. */
export class WebSetupError extends Error {
  override readonly name = 'WebSetupError';
}

export interface WebOptions {
  readonly address: ListenAddress;
  readonly header: string;
  /** null for none, which only a Unix socket may have. */
  readonly secret: string | null;
  readonly publicOrigin: PublicOrigin;
  readonly reach: RootReach;
  readonly changesDirectory: string;
  readonly clock: LocalClock;
  readonly complain: (text: string) => void;
  /** Called with the address once it listens. */
  readonly onReady: (where: string) => void;
  readonly signal: AbortSignal;
}

const maxCommands = 4;
const maxWaiting = 200;

/** Serves the page until the signal. Throws WebSetupError. */
export async function serveWeb(options: WebOptions): Promise<void> {
  const { complain, signal, changesDirectory } = options;
  const live = makeLive(changesDirectory);
  const command = makeRootCommand({
    reach: options.reach,
    slots: makeSlots(maxCommands, maxWaiting),
    complain,
  });
  const app = makeApp({ ...options, command, live, assets: loadAssets() });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 20_000,
      maxHeaderSize: 16 * 1024,
      connectionsCheckingInterval: 5_000,
    },
    (request, response) => void listener(request, response),
  );
  server.maxConnections = 2_000;
  server.on('connect', (_, socket) => socket.destroy());
  server.on('upgrade', (_, socket) => socket.destroy());
  try {
    const where = await listen(server, options.address);
    if (where.isTcp && options.secret === null) {
      throw new WebSetupError(`every user of this host can connect to ${where.text}, so that needs --secret-file FILE`);
    }
    options.onReady(where.text);
    await aborted(signal);
  } finally {
    live.close();
    // It removes its own Unix socket, too.
    server.close();
    server.closeAllConnections();
  }
}

interface Where {
  readonly text: string;
  readonly isTcp: boolean;
}

async function listen(server: Server, address: ListenAddress): Promise<Where> {
  if (address.kind === 'unix') await clearSocket(address.path);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new WebSetupError(`cannot listen: ${systemErrorText(error)}`)));
    server.listen(wordsFor(address), resolve);
  });
  if (address.kind === 'unix') {
    // The directory decides who comes to it.
    chmodSync(address.path, 0o660);
    return { text: `unix:${address.path}`, isTcp: false };
  }
  const bound = server.address();
  if (bound === null || typeof bound === 'string') return { text: "systemd's Unix socket", isTcp: false };
  const host = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return { text: `http://${host}:${bound.port}`, isTcp: true };
}

function wordsFor(address: ListenAddress) {
  switch (address.kind) {
    case 'tcp':
      return { host: address.host, port: address.port };
    case 'unix':
      return { path: address.path };
    case 'inherited':
      return { fd: address.descriptor };
  }
}

/** Removes the socket that a killed server has left. One that answers stays, and listening on it then fails. */
async function clearSocket(path: string): Promise<void> {
  if (quietly(() => lstatSync(path))?.isSocket() !== true) return;
  const isAlive = await new Promise<boolean>((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
  if (!isAlive) rmSync(path, { force: true });
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
