import { execFile, spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { environmentOf, tmuxArgv, type TmuxTarget } from '../../src/tmux/tmux-target.ts';
import type { PrivateTmux, PrivateTmuxOptions } from '../support/private-tmux.ts';
import { beginToWait, closeLastPane, endsOfServers } from './server-ends.ts';

type MakeBox = (options?: PrivateTmuxOptions) => Promise<PrivateTmux>;

/** What must hold for the wait for the end of a server, with the tmux of the box. */
export function testWaits(boxOf: MakeBox): void {
  test.each(endsOfServers)('a server that ends by $by is known to have ended so: $end', async ({ end, bring }) => {
    const box = await boxOf();
    box.tmux('new-session', '-d', '-s', 'last');
    const [pid] = box.serverPids();
    const waiting = await beginToWait(box);
    expect(waiting.server.pid).toBe(pid);
    await bring(box);
    expect(await waiting.end).toEqual({ kind: 'ended', server: waiting.server, end });
    await expect.poll(() => box.serverPids(), { timeout: 5_000 }).toEqual([]);
  });

  test('whoever waits is no client that one sees, and changes no window', async () => {
    const box = await boxOf();
    box.tmux('new-session', '-d', '-s', 'last', '-x', '123', '-y', '45');
    const seen = (): string =>
      box.tmux('list-clients') +
      box.tmux('list-windows', '-a', '-F', '#{window_width}x#{window_height} #{session_attached} #{session_activity}');
    const before = seen();
    const waiting = await beginToWait(box);
    expect(seen()).toBe(before);
    waiting.stop();
    expect(await waiting.end).toEqual({ kind: 'stopped' });
    expect(seen()).toBe(before);
  });

  test('the end of a server without a session is known, too', async () => {
    const box = await boxOf({ configuration: 'set-option -s exit-empty off\n' });
    box.tmux('start-server');
    const [pid] = box.serverPids();
    const waiting = await beginToWait(box);
    expect(waiting.server.pid).toBe(pid);
    box.tmux('kill-server');
    expect(await waiting.end).toMatchObject({ kind: 'ended', end: 'orderly' });
  });

  test('a wait that a person ended is no end of the server, and goes on', async () => {
    const box = await boxOf();
    box.tmux('new-session', '-d', '-s', 'last');
    const { target, channels, namings } = await overheard(box);
    const waiting = await beginToWait({ ...box, target });
    box.tmux('wait-for', '-S', channels()[0] ?? '');
    await expect.poll(namings).toBe(2);
    expect(waiting.ended()).toBeNull();
    process.kill(waiting.server.pid, 'SIGKILL');
    expect(await waiting.end).toEqual({ kind: 'ended', server: waiting.server, end: 'violent' });
  });

  test('a wait that is given up leaves the server as it was', async () => {
    const box = await boxOf();
    box.tmux('new-session', '-d', '-s', 'last');
    const { target, channels } = await overheard(box);
    const waiting = await beginToWait({ ...box, target });
    waiting.stop();
    expect(await waiting.end).toEqual({ kind: 'stopped' });
    const [channel = ''] = channels();
    // A second signal is kept for the next wait on that channel. Were ours still waiting, it would get it.
    box.tmux('wait-for', '-S', channel);
    box.tmux('wait-for', channel);
    expect(box.tmux('list-sessions', '-F', '#{session_name}')).toBe('last\n');
    expect(box.serverPids()).toEqual([waiting.server.pid]);
  });

  test.each([true, false])(
    'a person who comes when the last session has closed gets one (somebody waits: %s)',
    async (waits) => {
      const box = await boxOf();
      box.tmux('new-session', '-d', '-s', 'last');
      const waiting = waits ? await beginToWait(box) : null;
      await closeLastPane(box);
      await asPerson(box, ['new-session', '-d', '-s', 'again']);
      const answers = (): string => box.tmux('capture-pane', '-p', '-t', '=again:');
      box.tmux('send-keys', '-t', '=again:', 'echo a $((20 + 3)) b', 'Enter');
      await expect.poll(answers).toContain('a 23 b');
      const [pid = 0] = box.serverPids();
      if (waiting === null) return;
      // When the session came before the server had ended, the server lives, and its end is still waited for.
      const lives = pid === waiting.server.pid;
      expect(lives && waiting.ended() !== null).toBe(false);
      if (lives) box.tmux('kill-server');
      expect(await waiting.end).toEqual({ kind: 'ended', server: waiting.server, end: 'orderly' });
    },
  );

  test('a person at a terminal who comes when the last session has closed gets one, and stays in it', async () => {
    const box = await boxOf();
    box.tmux('new-session', '-d', '-s', 'last');
    await beginToWait(box);
    await closeLastPane(box);
    atTerminal(box, 'typed');
    const clients = (): string => quietly(() => box.tmux('list-clients', '-F', '#{session_name}'));
    await expect.poll(clients, { timeout: 5_000 }).toBe('typed\n');
    box.tmux('send-keys', '-t', '=typed:', 'echo a $((20 + 3)) b', 'Enter');
    await expect.poll(() => box.tmux('capture-pane', '-p', '-t', '=typed:')).toContain('a 23 b');
    expect(clients()).toBe('typed\n');
  });
}

/** The server of a box, on another socket where all is heard. */
interface Overheard {
  readonly target: TmuxTarget;
  /** The channels of the waits, oldest first. */
  readonly channels: () => readonly string[];
  /** How often the server has named itself. */
  readonly namings: () => number;
}

async function overheard(box: PrivateTmux): Promise<Overheard> {
  const socketPath = join(box.directory, 'overheard');
  let [asked, answered] = ['', ''];
  const server = createServer((client) => {
    const tmux = connect(box.socketPath);
    client.on('data', (bytes) => (asked += bytes.toString('latin1')));
    tmux.on('data', (bytes) => (answered += bytes.toString('latin1')));
    client.on('error', () => tmux.destroy());
    tmux.on('error', () => client.destroy());
    client.pipe(tmux).pipe(client);
  });
  await new Promise<void>((resolve) => void server.listen(socketPath, resolve));
  onTestFinished(() => void server.close());
  return {
    target: { ...box.target, socketPath },
    channels: () => [...asked.matchAll(/tmux-persist-[0-9a-f-]{36}/g)].map(([channel]) => channel),
    namings: () => [...answered.matchAll(/\d+ \d{9,}\n/g)].length,
  };
}

/** Runs tmux without blocking whoever waits in this process. */
async function asPerson({ target }: PrivateTmux, args: readonly string[]): Promise<void> {
  const [file, ...rest] = tmuxArgv(target, args);
  await promisify(execFile)(file, rest, { env: { ...environmentOf(target) }, cwd: '/', timeout: 10_000 });
}

function atTerminal({ target }: PrivateTmux, session: string): void {
  const command = tmuxArgv(target, ['new-session', '-s', session]).join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { ...environmentOf(target), TERM: 'xterm' },
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
}

function quietly(call: () => string): string {
  try {
    return call();
  } catch {
    return '';
  }
}
