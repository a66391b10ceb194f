import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { getSystemErrorName } from 'node:util';
import { startChild } from '../programs/exec.ts';

const connectTimeoutMs = 5_000;

/**
 * Connects to the socket of a descriptor under a user's id, by a program that then passes on the bytes of both. It is for
 * a Node that does not take that id itself. It ends with the connection. Throws the error of the connection.
 */
export async function connectByRelay(uid: number, descriptor: number): Promise<Socket> {
  const failure: { error: Error | null } = { error: null };
  const child = startChild(
    () =>
      spawn('/usr/bin/perl', ['-e', script, String(uid)], {
        cwd: '/',
        env: {},
        stdio: ['ignore', 'pipe', 'ignore', 'pipe', descriptor],
      }),
    (error) => (failure.error = error instanceof Error ? error : new Error(String(error))),
  );
  const socket = child?.stdio[3];
  if (child === null || child.stdout === null || !(socket instanceof Socket)) {
    throw failure.error ?? new Error('perl could not be started');
  }
  child.on('error', () => {});
  const timer = setTimeout(() => child.kill('SIGKILL'), connectTimeoutMs);
  try {
    const errno = Number(await textOf(child.stdout));
    if (errno !== 0) throw connectionError(errno);
    child.unref();
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * As in the process itself: the effective id alone changes, and the server sees it. perl starts in 2 ms. It prints the
 * number of the connection's error, which is 0 without one.
 */
const script = `
$> = $ARGV[0]; exit 1 if $> != $ARGV[0];
open my $ours, '+<&=', 3 or exit 1;
socket my $theirs, 1, 1, 0 or exit 1;
my $failed = connect($theirs, pack 'S a*', 1, "/proc/self/fd/4") ? 0 : $! + 0;
syswrite STDOUT, $failed; close STDOUT; exit if $failed;
my @ends = ([$ours, $theirs], [$theirs, $ours]);
for (;;) {
  my $ready = '';
  vec($ready, fileno $_->[0], 1) = 1 for @ends;
  select($ready, undef, undef, undef) > 0 or exit;
  for my $end (grep { vec $ready, fileno $_->[0], 1 } @ends) {
    my ($from, $to) = @$end;
    sysread $from, my $bytes, 65536 or exit;
    while (length $bytes) { substr($bytes, 0, (syswrite $to, $bytes or exit)) = '' }
  }
}
`;

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  // A relay that ended without a word has not connected.
  return chunks.length === 0 ? 'NaN' : Buffer.concat(chunks).toString();
}

/** As Node makes them for connections of its own. */
function connectionError(errno: number): Error {
  if (!Number.isInteger(errno)) return new Error(`no answer within ${connectTimeoutMs / 1000} s`);
  const code = getSystemErrorName(-errno);
  return Object.assign(new Error(`connect ${code}`), { code, errno: -errno, syscall: 'connect' });
}
