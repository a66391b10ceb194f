import { mkdirSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { awaitServerEnd } from '../../src/tmux/await-server-end.ts';
import { cString, encodeMessage, int32, messageTypes } from '../../src/tmux/protocol-messages.ts';
import { privateTmux, type PrivateTmux } from '../support/private-tmux.ts';
import { testWaits } from './tests-of-waits.ts';

describe('with the installed tmux', () => {
  testWaits(async (options) => privateTmux(options));
});

test('where no server runs there is none to wait for', async () => {
  const { target } = privateTmux();
  expect(await waitOn(target)).toMatchObject({ kind: 'unreachable', words: expect.stringContaining('No such file') });
});

test('a wait that is stopped before it begins asks nobody', async () => {
  const { target } = privateTmux();
  expect(await awaitServerEnd(target, { signal: AbortSignal.abort() })).toEqual({ kind: 'stopped' });
});

describe('a false server', () => {
  const { writeOpen, write, exec, exit } = messageTypes;
  const opened = encodeMessage(writeOpen, int32(1), int32(1), int32(0));
  const says = (text: string): Buffer => encodeMessage(write, int32(1), Buffer.from(text));
  const named = Buffer.concat([opened, says('17 1800000000\n')]);

  test('that never names itself is given up', async () => {
    const { target } = await falseServer(() => {});
    expect(await waitOn(target, 50)).toEqual({ kind: 'unreachable', words: 'the server does not answer' });
  });

  test('that wants its client to run a program is not waited for, and runs none', async () => {
    const { target } = await falseServer((client) => {
      client.write(Buffer.concat([named, encodeMessage(exec, cString('id'), cString('/bin/sh'))]));
    });
    expect(await waitOn(target)).toMatchObject({ kind: 'not-understood', what: expect.stringContaining('refused') });
  });

  test('that talks without an end is not waited for', async () => {
    const { target } = await falseServer((client) => {
      client.write(named);
      for (let count = 0; count < 20; count += 1) client.write(says('x'.repeat(8_000)));
    });
    expect(await waitOn(target)).toMatchObject({ kind: 'not-understood', what: expect.stringContaining('more than') });
  });

  test('that names itself in another form is not waited for', async () => {
    const { target } = await falseServer((client) => client.write(Buffer.concat([opened, says('17 soon\n')])));
    expect(await waitOn(target)).toMatchObject({ kind: 'not-understood' });
  });

  test('that ends each wait and lives is asked less and less often', async () => {
    let asked = 0;
    const { target } = await falseServer((client) => {
      asked += 1;
      client.write(Buffer.concat([named, encodeMessage(exit, int32(0))]));
    });
    const stopping = new AbortController();
    const waiting = awaitServerEnd(target, { signal: stopping.signal });
    // The pauses are 50, 150 and 350 ms, so the fifth time would come after 1.3 s.
    await expect.poll(() => asked, { timeout: 5_000 }).toBe(4);
    stopping.abort();
    expect(await waiting).toEqual({ kind: 'stopped' });
    expect(asked).toBe(4);
  });

  test('that closes its connections before it names itself again counts as ended', async () => {
    let asked = 0;
    const { target } = await falseServer((client) => {
      asked += 1;
      if (asked > 1) client.destroy();
      else client.write(Buffer.concat([named, encodeMessage(exit, int32(0))]));
    });
    const server = { pid: 17, startTime: 1_800_000_000 };
    expect(await waitOn(target)).toEqual({ kind: 'ended', server, end: 'orderly' });
  });
});

function waitOn(target: PrivateTmux['target'], answerMs = 5_000) {
  return awaitServerEnd(target, { signal: new AbortController().signal, answerMs });
}

/** Something that listens where the server of the box would. */
async function falseServer(talk: (client: Socket) => void): Promise<PrivateTmux> {
  const box = privateTmux();
  mkdirSync(dirname(box.socketPath), { mode: 0o700 });
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    client.on('error', () => {});
    talk(client);
  });
  await new Promise<void>((resolve) => void server.listen(box.socketPath, resolve));
  onTestFinished(() => {
    for (const client of clients) client.destroy();
    server.close();
  });
  return box;
}
