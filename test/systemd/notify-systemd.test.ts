import { join } from 'node:path';
import { expect, test } from 'vitest';
import { notifySystemd } from '../../src/systemd/notify-systemd.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';

const { signal } = new AbortController();

test('a process that is no service tells systemd nothing', async () => {
  expect(await notifySystemd(['WATCHDOG=1'], { signal, socket: '' })).toBeNull();
});

test('what systemd does not get is said, and stops nobody', async () => {
  const socket = join(temporaryDirectory(), 'nobody-listens');
  expect(await notifySystemd(['WATCHDOG=1'], { signal, socket })).toMatch(/^systemd-notify: ./);
});
