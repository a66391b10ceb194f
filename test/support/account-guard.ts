import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface GuardedAccounts {
  readonly names: readonly string[];
  readonly group: string;
  readonly directory: string;
}

/**
 * Removes the accounts, all that they run, their sockets, the group and the directory: when it is told to, or when the
 * process of the tests is gone, however it ended.
 */
export function guardAccounts({ names, group, directory }: GuardedAccounts): () => Promise<void> {
  const guard = spawn('/bin/sh', ['-c', script, 'sh', directory, group, ...names], {
    cwd: '/',
    // A process group of its own: Ctrl-C is for the tests.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  return async () => {
    const exit = once(guard, 'exit', { signal: AbortSignal.timeout(20_000 + names.length * perAccountMs) });
    guard.ref();
    guard.stdin.end();
    const [status] = await exit;
    if (status !== 0) throw new Error(`not all of ${names.join(', ')} could be removed`);
  };
}

const perAccountMs = 3_000;

/** The tools of shadow refuse while another one holds the lock of the account files, so they are asked again. */
const script = `
directory=$1 group=$2
shift 2
again() { for try in 1 2 3 4 5 6 7 8 9 10; do "$@" && return; sleep 0.3; done; return 1; }
trap '' HUP INT TERM
cat
status=0
for user do
  uid=$(id -u "$user") || continue
  runuser -u "$user" -- /bin/sh -c 'kill -9 -1'
  rm -rf "/tmp/tmux-$uid"
  again userdel --force "$user" || status=1
done
if getent group "$group"; then again groupdel --force "$group" || status=1; fi
rm -rf "$directory" || status=1
exit "$status"
`;
