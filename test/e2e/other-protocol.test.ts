import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sandbox } from '../support/persist-sandbox.ts';
import { storedManifest } from '../support/stored-record.ts';

test('a server whose protocol is not ours is asked by a tmux client, and doctor says so', async () => {
  const box = sandbox();
  box.tmux('-L', 'behind', 'new-session', '-d', '-s', 'notes', '-c', box.home);
  await understandClientsOnly(box.socketPath, join(dirname(box.socketPath), 'behind'));

  expect(await box.start('save').result).toMatchObject({ exitCode: 0, stderr: '' });
  expect(storedManifest(box).sessions.map(({ name, state }) => [name, state])).toEqual([['notes', 'live']]);

  const { stdout } = await box.start('doctor').result;
  expect(stdout).toMatch(
    /warning user \S+: its tmux server is asked by a tmux client that runs as \S+: it speaks another/,
  );
});

/** Only we call our terminal dumb: to us it speaks as a later protocol might. */
async function understandClientsOnly(path: string, behind: string): Promise<void> {
  const proxy = createServer({ allowHalfOpen: true }, (client) => {
    client.once('data', (first) => {
      if (Buffer.from(first).includes('dumb')) return void client.end(Buffer.alloc(64, 9));
      const server = connect(behind);
      for (const one of [client, server]) one.on('error', () => one.destroy());
      server.write(first);
      client.pipe(server).pipe(client);
    });
  });
  onTestFinished(() => void proxy.close());
  proxy.listen(path);
  await once(proxy, 'listening');
}
