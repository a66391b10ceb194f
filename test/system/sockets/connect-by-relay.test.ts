import { closeSync, constants, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { connectByRelay } from '../../../src/system/sockets/connect-by-relay.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

const ownUid = process.geteuid?.() ?? 0;
// Linux; Node has no name for it.
const openPath = 0o10000000;

test('a relay passes on all bytes of both sides, and ends with either', async () => {
  const path = join(temporaryDirectory(), 'socket');
  const large = 'y'.repeat(300_000);
  const server = createServer({ allowHalfOpen: true }, (peer) => {
    peer.once('data', (chunk) => {
      expect(String(chunk)).toBe('asked');
      peer.end(large);
    });
  });
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  onTestFinished(() => void server.close());
  const socket = await connected(path, ownUid);
  socket.write('asked');
  expect(await text(socket)).toBe(large);
  socket.destroy();
});

test('a connection that nobody takes fails as one without a relay', async () => {
  const path = join(temporaryDirectory(), 'socket');
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  const descriptor = openSync(path, openPath | constants.O_NOFOLLOW);
  await new Promise((resolve) => void server.close(resolve));
  await expect(connectByRelay(ownUid, descriptor)).rejects.toMatchObject({ code: 'ECONNREFUSED', syscall: 'connect' });
  closeSync(descriptor);
});

test.runIf(ownUid === 0)('no right of root counts in a connection under the id of a user', async () => {
  const path = join(temporaryDirectory(), 'socket');
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  onTestFinished(() => void server.close());
  await expect(connected(path, 5)).rejects.toMatchObject({ code: 'EACCES' });
});

async function connected(path: string, uid: number) {
  const descriptor = openSync(path, openPath | constants.O_NOFOLLOW);
  try {
    return await connectByRelay(uid, descriptor);
  } finally {
    closeSync(descriptor);
  }
}
