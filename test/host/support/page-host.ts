import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from './machine.ts';
import { repositoryInside } from './program-binds.ts';
import { waitFor } from './wait-for.ts';

export const pageUrl = 'http://127.0.0.1:8080/sessions/';

/** Puts the page of an installed program behind nginx, by the example for it, and the stand-in of an identity provider. */
export async function servePage(machine: Machine): Promise<void> {
  const example = readFileSync(join(import.meta.dirname, '../../../examples/nginx.conf'), 'utf8');
  // The machine has no certificate, and nobody but the browser of the test is there.
  const plain = example.replace(/^ *ssl_.*\n/gm, '').replace('listen 443 ssl;', 'listen 127.0.0.1:8080;');
  await machine.writeFile('/etc/nginx/sites-enabled/tmux-persist.conf', plain);
  await machine.output(['rm', '-f', '/etc/nginx/sites-enabled/default']);
  await machine.output(['usermod', '-aG', 'tmux-persist-web', 'www-data']);
  await machine.writeFile('/etc/default/tmux-persist-web', `OPTIONS="--origin ${pageUrl.slice(0, -1)}"\n`);
  await machine.output(['systemctl', 'enable', '--now', '--quiet', 'tmux-persist-web.socket']);
  const outpost = `${repositoryInside}/test/host/support/stand-in-outpost.mjs`;
  await machine.output(['systemd-run', '--quiet', '--unit=outpost', '/usr/local/bin/node', outpost]);
  await machine.output(['systemctl', 'start', 'nginx.service']);
  const listens = async () => (await machine.exec(['bash', '-c', ': </dev/tcp/127.0.0.1/9000'])).exitCode === 0;
  await waitFor(listens, 20_000, 'the stand-in of the identity provider');
}
