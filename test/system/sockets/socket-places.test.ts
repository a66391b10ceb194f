import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ownAccount } from '../../../src/system/host/accounts.ts';
import { checkSocketPlaces } from '../../../src/system/sockets/socket-places.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

test('a place tells whether a socket is there, and whether one could be made', async () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'open'));
  writeFileSync(join(directory, 'open/file'), '');
  writeFileSync(join(directory, 'no-directory'), '');
  const listening = join(directory, 'open/socket');
  const server = createServer().listen(listening);
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const places = {
    [listening]: { hasFile: true, isOpen: true },
    [join(directory, 'open/file')]: { hasFile: false, isOpen: true },
    [join(directory, 'missing/socket')]: { hasFile: false, isOpen: false },
    [join(directory, 'tmux-1/makable')]: { hasFile: false, isOpen: true },
    [join(directory, 'no-directory/tmux-1/socket')]: { hasFile: false, isOpen: false },
    [join(directory, 'no-directory/socket')]: { hasFile: false, isOpen: false },
  };
  const checked = await checkSocketPlaces(ownAccount(process.env), false, Object.keys(places), parentOf, 5_000);
  expect(checked).toEqual({ kind: 'checked', places: new Map(Object.entries(places)) });
});

test('nothing is run when there is no place to look at', async () => {
  const nowhere = { ...ownAccount(process.env), home: '/nonexistent' };
  expect(await checkSocketPlaces(nowhere, false, [], () => null, 1)).toEqual({ kind: 'checked', places: new Map() });
});

test('a check that cannot be made is a failure, and no absence', async () => {
  const tooLong = `/${'x'.repeat(200_000)}`;
  const checked = await checkSocketPlaces(ownAccount(process.env), false, [tooLong], () => null, 5_000);
  expect(checked).toMatchObject({ kind: 'failed', reason: expect.stringContaining('could not be looked at') });
});

/** As tmux makes it. */
function parentOf(path: string): string | null {
  return path.includes('/tmux-1/') ? dirname(dirname(path)) : null;
}
