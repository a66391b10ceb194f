import { expect, test } from 'vitest';
import { waitFor } from '../host/support/wait-for.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { childCountOf, cpuMsOf, memoryMibOf } from '../support/process-costs.ts';
import type { UnixUser } from '../support/unix-users.ts';
import { processesOf, readProcFile } from '../support/unix-processes.ts';
import { recordedSessionsOf, rootWatch } from './root-watch.ts';
import { rosterOf, sharedHost, type SharedHost } from './shared-host.ts';

const host = sharedHost({ others: 17 });
const watch = rootWatch(host);

const sockets = Array.from({ length: 10 }, (_, at) => `server${at}`);

test('of 200 servers every end is seen, as what it was, and waiting costs little', { timeout: 170_000 }, async () => {
  const users = everyone(host());
  host().writeRoster(`persist:\n  heal: off\n  sockets: [${sockets.join(', ')}]\n${rosterOf(...users)}`);
  for (const user of users) startServers(user);
  // All sockets are looked at only when no single one is given.
  watch.start({ TMUX_PERSIST_SOCKET_NAME: undefined });
  for (const user of users) {
    waitUntil(() => recordedSessionsOf(host(), user, 'live') === sockets.length, `the servers of ${user.name}`, 60_000);
  }
  waitUntil(() => childCountOf(watch.pid()) === 0, 'rest');
  // Other tests run beside, which makes every look dearer. The quietest of some seconds tells what the watch takes.
  const share = Math.min(...Array.from({ length: 2 }, () => shareOfFiveSeconds(watch.pid())));
  const memoryMib = memoryMibOf(watch.pid());
  process.stderr.write(`200 servers: ${(100 * share).toFixed(1)} % of a processor, ${memoryMib.toFixed(0)} MiB\n`);
  expect(share).toBeLessThan(0.1);
  expect(memoryMib).toBeLessThan(150);

  const [violent, orderly] = [users.slice(0, 10), users.slice(10)];
  for (const user of violent) for (const pid of serversOf(user)) process.kill(pid, 'SIGKILL');
  for (const user of orderly) for (const pid of serversOf(user)) process.kill(pid, 'SIGTERM');
  for (const user of users) {
    waitUntil(() => recordedSessionsOf(host(), user, 'live') === 0, `the losses of ${user.name}`, 60_000);
  }
  // The connections tell of some ends only after a save has seen them.
  await waitFor(() => linesOf(watch.said(), violentEnd) === 100, 30_000, 'the violent ends');
  await waitFor(() => linesOf(watch.said(), orderlyEnd) === 100, 30_000, 'the orderly ends');
  // What was recorded before is corrected then.
  const hasAll = (user: UnixUser, cause: string): boolean => recordedSessionsOf(host(), user, cause) === sockets.length;
  for (const user of violent) waitUntil(() => hasAll(user, 'server-died'), `the causes of ${user.name}`, 30_000);
  for (const user of orderly) waitUntil(() => hasAll(user, 'server-stopped'), `the causes of ${user.name}`, 30_000);
  const { stdout } = await watch.stop();
  expect([linesOf(stdout, violentEnd), linesOf(stdout, orderlyEnd)]).toEqual([100, 100]);
});

function shareOfFiveSeconds(pid: number): number {
  const [startedMs, cpuMs] = [performance.now(), cpuMsOf(pid)];
  waitUntil(() => performance.now() - startedMs > 5_000, '5 s of rest');
  return (cpuMsOf(pid) - cpuMs) / (performance.now() - startedMs);
}

const violentEnd = / was killed or crashed$/gm;
const orderlyEnd = / ended in an orderly way$/gm;

function linesOf(text: string, line: RegExp): number {
  return text.match(line)?.length ?? 0;
}

function everyone({ emo, anca, wizard, others }: SharedHost): readonly UnixUser[] {
  return [emo, anca, wizard, ...others];
}

function startServers(user: UnixUser): void {
  user.run(
    'sh',
    '-c',
    `for name; do tmux -L "$name" new-session -d -s "of-$name" 'sleep 1000'; done`,
    'sh',
    ...sockets,
  );
}

function serversOf({ uid }: UnixUser): readonly number[] {
  return processesOf(uid).filter((pid) => readProcFile(pid, 'comm') === 'tmux: server\n');
}
