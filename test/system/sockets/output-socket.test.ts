import { existsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openOutputSocket } from '../../../src/system/sockets/output-socket.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

describe('a socket for output', () => {
  test('has what was written to it, and is gone afterwards', async () => {
    const path = join(temporaryDirectory(), 'out');
    const { finish } = await openOutputSocket(path);
    const writer = connect(path);
    await new Promise<void>((resolve) => writer.end('caf\u00e9\n', resolve));
    expect(await finish(5000)).toBe('caf\u00e9\n');
    expect(existsSync(path)).toBe(false);
  });

  test('waits for a writer that has connected and not yet written', async () => {
    const path = join(temporaryDirectory(), 'out');
    const { finish } = await openOutputSocket(path);
    const writer = connect(path);
    await once(writer, 'connect');
    const finished = finish(5000);
    setImmediate(() => writer.end('late'));
    expect(await finished).toBe('late');
  });

  test('lets go of a writer that stays, with what it wrote so far', async () => {
    const path = join(temporaryDirectory(), 'out');
    const { finish } = await openOutputSocket(path);
    const writer = connect(path);
    onTestFinished(() => void writer.destroy());
    writer.on('error', () => {});
    await new Promise<void>((resolve) => writer.write('so far', () => resolve()));
    expect(await finish(100)).toBe('so far');
  });

  test('is empty when nobody came', async () => {
    const { finish } = await openOutputSocket(join(temporaryDirectory(), 'out'));
    expect(await finish(5000)).toBe('');
  });

  test('cuts off who writes without end', async () => {
    const path = join(temporaryDirectory(), 'out');
    const { finish } = await openOutputSocket(path);
    const writer = connect(path);
    const closed = new Promise((resolve) => writer.on('close', resolve));
    writer.on('error', () => {});
    const pour = (): void => {
      while (!writer.destroyed && writer.write('x'.repeat(65_536)));
    };
    writer.on('drain', pour);
    pour();
    await closed;
    expect((await finish(5000)).length).toBeLessThanOrEqual(1024 * 1024);
  });

  test('is refused where something has its place', async () => {
    const path = join(temporaryDirectory(), 'out');
    writeFileSync(path, 'mine');
    await expect(openOutputSocket(path)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
