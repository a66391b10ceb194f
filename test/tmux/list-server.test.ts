import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listServer } from '../../src/tmux/list-server.ts';
import { literalFormat } from '../../src/tmux/tmux-text.ts';
import { createPrivateTmux, privateTmux, waitUntil } from '../support/private-tmux.ts';

describe('looking at a tmux server', () => {
  test('lists sessions, windows and panes of all sessions', async () => {
    const { target, tmux, directory, serverPids } = privateTmux();
    tmux('new-session', '-d', '-s', 'notes', '-c', directory, '-n', 'first');
    tmux('split-window', '-t', '=notes:', '-c', '/');
    tmux('new-window', '-d', '-t', '=notes:7');
    tmux('new-session', '-d', '-s', 'api');

    const listing = await listServer(target);

    if (listing.kind !== 'listed') throw new Error(JSON.stringify(listing));
    expect(listing.server?.pid).toBe(serverPids()[0]);
    expect(listing.sessions.map(({ name, tmuxId }) => [name, tmuxId])).toEqual([
      ['notes', '$0'],
      ['api', '$1'],
    ]);
    const [notes] = listing.sessions;
    expect(notes?.path).toBe(directory);
    expect(Date.now() - Date.parse(notes?.createdAt ?? '')).toBeLessThan(60_000);
    expect(
      notes?.windows.map(({ index, name, automaticName, active }) => [index, automaticName || name, active]),
    ).toEqual([
      [0, 'first', true],
      [7, true, false],
    ]);
    const panePids = tmux('list-panes', '-t', '=notes:first', '-F', '#{pane_pid}').trim().split('\n').map(Number);
    expect(notes?.windows[0]?.panes.map(({ index, active, pid }) => ({ index, active, pid }))).toEqual([
      { index: 0, active: false, pid: panePids[0] },
      { index: 1, active: true, pid: panePids[1] },
    ]);
    expect(notes?.windows[0]?.layout).toMatch(/^[0-9a-f]{4},80x24,0,0\[/);
  });

  test('reports a server without sessions as listed, with its identity', async () => {
    const { target, tmux, serverPids } = privateTmux({ configuration: 'set -g exit-empty off\n' });
    tmux('start-server');
    waitUntil(() => serverPids().length === 1);

    const listing = await listServer(target);

    expect(listing).toMatchObject({ kind: 'listed', server: { pid: serverPids()[0] }, sessions: [] });
  });

  test('gives the windows of a group to its oldest session alone', async () => {
    const { target, tmux } = privateTmux();
    tmux('new-session', '-d', '-s', 'zebra');
    tmux('new-session', '-d', '-s', 'alpha', '-t', '=zebra');
    tmux('new-session', '-d', '-s', 'apart');

    const listing = await listServer(target);

    if (listing.kind !== 'listed') throw new Error(JSON.stringify(listing));
    expect(
      listing.sessions.map(({ name, sharesWindowsOf, windows }) => [name, sharesWindowsOf, windows.length]),
    ).toEqual([
      ['zebra', null, 1],
      ['alpha', 'zebra', 0],
      ['apart', null, 1],
    ]);
  });

  test('lists a window that is linked into another session once', async () => {
    const { target, tmux } = privateTmux();
    tmux('new-session', '-d', '-s', 'one');
    tmux('new-session', '-d', '-s', 'two');
    tmux('link-window', '-s', '=one:0', '-t', '=two:5');

    const listing = await listServer(target);

    if (listing.kind !== 'listed') throw new Error(JSON.stringify(listing));
    expect(listing.sessions.map(({ windows }) => windows.map(({ index }) => index))).toEqual([[0], [0]]);
  });

  test('tells which sessions their user opted out', async () => {
    const { target, tmux } = privateTmux();
    for (const name of ['kept', 'out', 'odd']) tmux('new-session', '-d', '-s', name);
    tmux('set-option', '-t', '=out:', '@persist', 'off');
    tmux('set-option', '-t', '=odd:', '@persist', 'off\toff\n,}#{host}');

    const listing = await listServer(target);

    if (listing.kind !== 'listed') throw new Error(JSON.stringify(listing));
    expect(listing.sessions.map(({ name, optedOut }) => [name, optedOut])).toEqual([
      ['kept', false],
      ['out', true],
      ['odd', false],
    ]);
  });

  test('tells a pane whose process has ended', async () => {
    const { target, tmux } = privateTmux({ configuration: 'set -g remain-on-exit on\n' });
    tmux('new-session', '-d', '-s', 'ended', 'exit 3');
    waitUntil(() => tmux('list-panes', '-a', '-F', '#{pane_dead}') === '1\n');

    const listing = await listServer(target);

    if (listing.kind !== 'listed') throw new Error(JSON.stringify(listing));
    expect(listing.sessions[0]?.windows[0]?.panes[0]?.pid).toBeNull();
  });

  test('cuts off a title that a program has flooded, and lists all the rest', async () => {
    const { target, tmux } = privateTmux();
    const title = String.raw`\033]2;$(head -c 500000 /dev/zero | tr '\0' x)\033\134`;
    tmux('new-session', '-d', '-s', 'flooded', `printf "${title}"; exec sleep 1000`);
    waitUntil(() => tmux('list-panes', '-a', '-F', '#{n:pane_title}') === '500000\n', 'the title');

    const listing = await listServer(target);

    if (listing.kind !== 'listed') throw new Error(JSON.stringify(listing));
    expect(listing.sessions[0]?.windows[0]?.panes[0]?.title).toBe('x'.repeat(256));
  });

  test('says that the socket is missing where no server ever ran', async () => {
    const { target } = privateTmux();
    expect(await listServer(target)).toEqual({ kind: 'absent', socket: 'missing' });
  });

  test('says that a server is absent which ended in an orderly way', async () => {
    const { target, tmux } = privateTmux();
    tmux('new-session', '-d');
    tmux('kill-server');
    expect(await listServer(target)).toMatchObject({ kind: 'absent' });
  });

  test('says that the socket is stale after the server was killed', async () => {
    const { target, tmux, killServer } = privateTmux();
    tmux('new-session', '-d');
    killServer();
    expect(await listServer(target)).toEqual({ kind: 'absent', socket: 'stale' });
  });

  test('never takes a living server for absent because its socket file was removed', async () => {
    const { target, tmux, socketPath, serverPids } = privateTmux();
    tmux('new-session', '-d', '-s', 'alive');
    rmSync(socketPath);
    const [pid = 0] = serverPids();

    expect(await listServer(target)).toEqual({
      kind: 'unknown',
      reason: expect.stringMatching(new RegExp(`lives but its socket .* is gone; .*kill -USR1 ${pid}$`)),
      mend: `kill -USR1 ${pid}`,
    });

    process.kill(pid, 'SIGUSR1');
    waitUntil(() => existsSync(socketPath), 'the socket');
    expect(await listServer(target)).toMatchObject({ kind: 'listed', sessions: [{ name: 'alive' }] });
  });

  test('never takes a living server for dead because a later one left its stale socket there', async () => {
    const { target, tmux, socketPath, serverPids } = privateTmux();
    tmux('new-session', '-d', '-s', 'first');
    const [first = 0] = serverPids();
    rmSync(socketPath);
    tmux('new-session', '-d', '-s', 'second');
    const second = serverPids().find((pid) => pid !== first) ?? 0;
    process.kill(second, 'SIGKILL');
    waitUntil(() => !serverPids().includes(second));

    expect(await listServer(target)).toEqual({
      kind: 'unknown',
      reason: expect.stringContaining(`kill -USR1 ${first}`),
      mend: `kill -USR1 ${first}`,
    });
  });

  test('gives up on a stopped server within the time limit', async () => {
    const { target, tmux, serverPids } = privateTmux();
    tmux('new-session', '-d');
    for (const pid of serverPids()) process.kill(pid, 'SIGSTOP');

    const before = Date.now();
    const listing = await listServer(target, { timeoutMs: 300 });

    expect(listing).toEqual({ kind: 'unknown', reason: 'tmux did not answer within 0.3 s' });
    expect(Date.now() - before).toBeLessThan(4_000);
  });

  test('gives up within the same limit on one that takes its time and then goes away, again and again', async () => {
    const { target, socketPath } = privateTmux();
    mkdirSync(dirname(socketPath), { mode: 0o700 });
    const impostor = createServer((socket) => void setTimeout(() => socket.destroy(), 600));
    onTestFinished(() => void impostor.close());
    impostor.listen(socketPath);
    await once(impostor, 'listening');

    const before = performance.now();
    const listing = await listServer(target, { timeoutMs: 1_000 });

    expect(listing).toEqual({ kind: 'unknown', reason: 'tmux did not answer within 1 s' });
    expect(performance.now() - before).toBeLessThan(2_000);
  });

  test('takes no tmux of ours to look', async () => {
    const { target, tmux, directory } = privateTmux();
    tmux('new-session', '-d', '-s', 'here');
    const listing = await listServer({ ...target, searchPath: directory });
    expect(listing).toMatchObject({ kind: 'listed', sessions: [{ name: 'here' }] });
  });

  test('never starts a server', async () => {
    const { target, serverPids } = privateTmux();
    await listServer(target);
    expect(serverPids()).toEqual([]);
  });

  test('finds the server of a socket name', async () => {
    const { target, tmux } = privateTmux();
    tmux('-L', 'other', 'new-session', '-d', '-s', 'elsewhere');
    expect(await listServer(target)).toEqual({ kind: 'absent', socket: 'missing' });
    expect(await listServer({ ...target, socketName: 'other' })).toMatchObject({
      kind: 'listed',
      sessions: [{ name: 'elsewhere' }],
    });
  });

  test.each([
    ['tabs and newlines', 'a\tb\nc\t\n'],
    ['what tmux encodes', '%09%0A %24 \\033 \\\\ $HOME %'],
    ['formats', '#{host} #(touch x) #[fg=red] ##'],
    ['a row of its own', '\npane\t$0\t@9\t0\tx\t1\t1\t0\t0\tl\t%9\t0\t1\t1\t0\tsh\t/\t'],
    ['emoji and control bytes', '🦊\u001f\u001b[31m\u007fé'],
    ['nothing', ''],
  ])('reads a directory with %s exactly', async (_, name) => {
    const { target, tmux, directory } = privateTmux();
    const path = `${directory}/d${name}`;
    mkdirSync(path, { recursive: true });
    tmux('new-session', '-d', '-s', 'here', '-c', literalFormat(path));

    const listing = await listServer(target);

    if (listing.kind !== 'listed') throw new Error(JSON.stringify(listing));
    expect(listing.sessions[0]?.path).toBe(path);
  });

  test.runIf(process.getuid?.() === 0)('follows no link of a user, and calls that unknown, not absent', async () => {
    const { target, tmux, directory } = privateTmux();
    tmux('new-session', '-d');
    const stranger = { ...target.account, name: 'nobody', uid: 65534, gid: 65534 };
    const elsewhere = createPrivateTmux();
    try {
      const place = `${elsewhere.directory}/tmux-65534`;
      mkdirSync(place, { mode: 0o700 });
      chownSync(place, 65534, 65534);
      symlinkSync(`${directory}/tmux-0/default`, `${place}/default`);
      chmodSync(`${directory}/tmux-0`, 0o755);

      const listing = await listServer({
        ...target,
        account: stranger,
        access: 'switch',
        tmpDir: elsewhere.directory,
      });

      const reason = `${place}/default is a symbolic link, and root does not follow it`;
      expect(listing).toEqual({ kind: 'unknown', reason });
    } finally {
      elsewhere.destroy();
    }
  });
});
