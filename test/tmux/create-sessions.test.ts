import { once } from 'node:events';
import { chownSync, mkdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { run } from '../../src/system/programs/exec.ts';
import { createSessions } from '../../src/tmux/create-sessions.ts';
import type { ListedSession } from '../../src/tmux/listing.ts';
import type { SessionRequest } from '../../src/tmux/session-commands.ts';
import type { TmuxTarget } from '../../src/tmux/tmux-target.ts';
import { privateTmux } from '../support/private-tmux.ts';
import { oneWindow, plain, requestOf, sessionsOf } from './session-requests.ts';

const timeoutMs = 10_000;
const create = { timeoutMs, live: null };
const created = { outcome: 'created', tmuxId: expect.stringMatching(/^\$\d+$/), notes: [] };

describe('creating sessions', () => {
  test('starts a server for the first and creates the others on it', async () => {
    const { target } = privateTmux();

    const results = await createSessions(target, ['one', 'two', 'three'].map(plain), create);

    expect(results).toEqual([created, created, created]);
    expect((await sessionsOf(target)).map(({ name }) => name)).toEqual(['one', 'two', 'three']);
  });

  test('adds to a running server, and leaves a name that is taken alone', async () => {
    const { target, tmux } = privateTmux();
    tmux('new-session', '-d', '-s', 'taken', '-n', 'mine');
    tmux('new-session', '-d', '-s', 'since', '-n', 'mine');
    const live = new Map([['taken', '$0']]);

    const results = await createSessions(target, ['taken', 'new', 'since', 'new2'].map(plain), { timeoutMs, live });

    expect(results).toEqual([{ outcome: 'name-taken' }, created, { outcome: 'name-taken' }, created]);
    expect((await sessionsOf(target)).map(({ name, windows }) => [name, windows[0]?.name === 'mine'])).toEqual([
      ['taken', true],
      ['since', true],
      ['new', false],
      ['new2', false],
    ]);
  });

  test('takes a server that somebody started meanwhile', async () => {
    const { target, tmux } = privateTmux();
    tmux('new-session', '-d', '-s', 'one');

    const results = await createSessions(target, ['one', 'two'].map(plain), create);

    expect(results).toEqual([{ outcome: 'name-taken' }, created]);
  });

  test('starts the server with the next session when the first cannot be created', async () => {
    const { target } = privateTmux();

    const results = await createSessions(target, ['', 'two'].map(plain), create);

    expect(results).toEqual([{ outcome: 'failed', message: expect.stringContaining('invalid session') }, created]);
  });

  test('has the server, and it alone, started where it is to live', async () => {
    const { target, tmux } = privateTmux();
    const placed: TmuxTarget = {
      ...target,
      placement: async (command, options) => {
        const env = { ...options.env, PLACE: 'elsewhere' };
        return { kind: 'ran', result: await run(command, { ...options, env }), remark: null };
      },
    };

    expect(await createSessions(placed, ['', 'one', 'two'].map(plain), create)).toEqual([
      { outcome: 'failed', message: expect.stringContaining('invalid session') },
      created,
      created,
    ]);
    expect(tmux('show-environment', '-g', 'PLACE')).toBe('PLACE=elsewhere\n');
    expect((await sessionsOf(target)).map(({ name }) => name)).toEqual(['one', 'two']);
  });

  test('starts the server all the same where its place refuses it, and says so', async () => {
    const { target } = privateTmux();
    const placed: TmuxTarget = { ...target, placement: async () => ({ kind: 'refused', reason: 'no place for it' }) };

    const results = await createSessions(placed, ['one', 'two'].map(plain), create);

    expect(results).toEqual([{ ...created, notes: ['no place for it'] }, created]);
  });

  test('starts nothing where no place is of any use', async () => {
    const { target, serverPids } = privateTmux();
    const placed: TmuxTarget = { ...target, placement: async () => ({ kind: 'hopeless', reason: 'it is over' }) };

    const [result] = await createSessions(placed, [plain('one')], create);

    expect(result).toEqual({ outcome: 'failed', message: 'it is over' });
    expect(serverPids()).toEqual([]);
  });

  test('does not match a name by its beginning', async () => {
    const { target } = privateTmux();
    const two = { ...plain('api'), windows: [oneWindow({ index: 0 }), oneWindow({ index: 1 })] };

    const results = await createSessions(target, [plain('api-server'), two, plain('ap')], create);

    expect(results).toEqual([created, created, created]);
    expect((await sessionsOf(target)).map(({ name, windows }) => [name, windows.length])).toEqual([
      ['api-server', 1],
      ['api', 2],
      ['ap', 1],
    ]);
  });

  test('brings a session whole or not at all, whichever call is the last one', async () => {
    const { target, tmux, socketPath } = privateTmux({
      configuration: 'set -g base-index 1\nsetw -g pane-base-index 1\n',
    });
    tmux('-L', 'behind', 'new-session', '-d', '-s', 'here');
    const seen: (readonly string[])[] = [];
    await recordingProxy(socketPath, join(dirname(socketPath), 'behind'), () => {
      const rows = tmux('-L', 'behind', 'list-panes', '-a', '-F', '#{session_name}:#{window_index}.#{pane_index}');
      seen.push(rows.split('\n').filter((row) => row.startsWith('second:')));
    });
    const panes = [false, true, false].map((active) => ({ active, title: '', cwd: '/', command: null }));
    const windows = [
      oneWindow({ index: 2, panes }),
      oneWindow({ index: 0 }),
      oneWindow({ index: 7, active: true, panes }),
    ];
    const requests = [plain('first'), { ...plain('second'), windows }];

    const results = await createSessions(target, requests, { timeoutMs, live: new Map([['here', '$0']]) });

    expect(results).toEqual([created, created]);
    const whole = ['0.1', '2.1', '2.2', '2.3', '7.1', '7.2', '7.3'].map((place) => `second:${place}`);
    await expect.poll(() => seen).toContainEqual(whole);
    expect(seen.filter((rows) => rows.length > 0 && rows.length < whole.length)).toEqual([]);
  });

  test.each(['new-session -d -s main', 'new-session -d -A -s main', "run-shell 'tmux new-session -d -s main'"])(
    'puts the recorded session in the place of the one that the configuration makes: %s',
    async (line) => {
      const { target, tmux } = privateTmux({ configuration: `${line}\nnew-session -d -s other\n` });
      const main = { ...plain('main'), windows: [0, 1, 2].map((index) => oneWindow({ index })) };

      expect(await createSessions(target, [main], create)).toEqual([created]);
      const windowCounts = (await sessionsOf(target)).map(({ name, windows }) => `${name}: ${windows.length}`);
      expect(windowCounts.toSorted()).toEqual(['main: 3', 'other: 1']);
      expect(tmux('show-options', '-s', 'exit-empty')).toBe('exit-empty on\n');
    },
  );

  test('keeps sessions that nobody has attached to where the configuration ends such, until somebody has', async () => {
    const { target, tmux } = privateTmux({
      configuration: 'set -g destroy-unattached on\nset -g exit-unattached on\n',
    });
    // The second is no target, so that it is made by its id.
    const names = ['one', 'a.b', 'three'];

    const results = await createSessions(target, names.map(plain), create);
    expect(results.map(({ outcome }) => outcome)).toEqual(names.map(() => 'created'));
    await createSessions(target, [plain('later')], { timeoutMs, live: await idsOf(target) });
    expect((await sessionsOf(target)).map(({ name }) => name)).toEqual(['one', 'a_b', 'three', 'later']);
    expect(tmux('show-options', '-g', 'destroy-unattached')).toBe('destroy-unattached on\n');
  });

  test('leaves new sessions the variables that the user has set for all of them', async () => {
    const { target, tmux } = privateTmux({ configuration: 'set-environment -g SSH_AUTH_SOCK /run/agent\n' });
    await createSessions(target, [plain('one')], create);
    expect(tmux('show-environment', '-t', '=one')).toBe('');
    const command = ['/bin/sh', '-c', 'exec sleep 1000'];
    const two = { ...plain('two'), windows: [oneWindow({ panes: [{ active: true, title: '', cwd: '/', command }] })] };
    await createSessions(target, [two], { timeoutMs, live: await idsOf(target) });
    const pid = tmux('display-message', '-p', '-t', '=two:', '#{pane_pid}').trim();
    await expect
      .poll(() => readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0'))
      .toContain('SSH_AUTH_SOCK=/run/agent');
  });

  test('lets the server end with its last session, or not, as its user has it', async () => {
    for (const [configuration, value] of [
      ['', 'on'],
      ['set -s exit-empty off\n', 'off'],
    ]) {
      const { target, tmux } = privateTmux({ configuration: configuration ?? '' });
      expect(await createSessions(target, [plain('one')], create)).toEqual([created]);
      expect(tmux('show-options', '-s', 'exit-empty')).toBe(`exit-empty ${value}\n`);
      expect(tmux('show-options', '-s')).not.toContain('@tmux-persist');
      expect(tmux('show-environment', '-g')).not.toContain('TMUX_PERSIST');
    }
  });

  test.each(['work', 'café 1', '5', '-x', '@1', '%3', '=work', '{last}', '#{pid}', 'a'.repeat(100), 'a.b', '$1'])(
    'makes all of a session that is called %j, beside one whose name begins with that',
    async (name) => {
      const { target } = privateTmux({
        configuration: 'set -g base-index 4\nset -g pane-base-index 1\nset -g renumber-windows on\n',
      });
      const pane = { active: false, title: '', cwd: '/', command: null };
      const windows = [
        oneWindow({ index: 4, panes: [pane, { ...pane, active: true }, pane] }),
        oneWindow({ index: 2, active: true, name: 'it is; mine', automaticName: false }),
        oneWindow({ index: 7, panes: [pane, pane] }),
      ];
      const requests = [`${name} 2`, name].map((one) => ({ ...plain(one), windows }));
      const results = await createSessions(target, requests, create);
      expect(results.map(({ outcome }) => outcome)).toEqual(['created', 'created']);
      const shapes = (await sessionsOf(target)).map((session) =>
        session.windows.map(({ index, active, panes }) =>
          [`${index}${active ? '*' : ''}`, ...panes.map((one) => `${one.index}${one.active ? '*' : ''}`)].join(' '),
        ),
      );
      const whole = ['2* 1*', '4 1 2* 3', '7 1 2*'];
      expect(shapes).toEqual([whole, whole]);
    },
  );

  test('creates windows at their indices with their names, panes and directories', async () => {
    const { target, directory } = privateTmux({ configuration: 'set -g base-index 1\nsetw -g pane-base-index 1\n' });
    for (const name of ['a', 'b', 'c']) mkdirSync(`${directory}/${name}`);
    const request: SessionRequest = {
      ...plain('work'),
      windows: [
        oneWindow({
          index: 3,
          name: 'edit',
          automaticName: false,
          panes: [
            { active: false, title: '', cwd: `${directory}/a`, command: null },
            { active: true, title: '', cwd: `${directory}/b`, command: ['sleep', '1000'] },
            { active: false, title: '', cwd: `${directory}/c`, command: null },
          ],
        }),
        oneWindow({
          index: 0,
          panes: [{ active: true, title: '', cwd: `${directory}/c`, command: ['sleep', '1001'] }],
        }),
        oneWindow({ index: 9, active: true, name: '-x;##', automaticName: false }),
      ],
    };

    expect(await createSessions(target, [request], create)).toEqual([created]);
    await expect
      .poll(() => shapeOf(target))
      .toEqual([
        { index: 0, name: 'sleep', active: false, panes: [['c', 'sleep', true]] },
        {
          index: 3,
          name: 'edit',
          active: false,
          panes: [
            ['a', 'sh', false],
            ['b', 'sleep', true],
            ['c', 'sh', false],
          ],
        },
        { index: 9, name: '-x;##', active: true, panes: [['', 'sh', true]] },
      ]);

    async function shapeOf(of: TmuxTarget) {
      const [session] = await sessionsOf(of);
      return session?.windows.map(({ index, name, active, panes }) => ({
        index,
        name,
        active,
        panes: panes.map((pane) => [pane.currentPath.slice(directory.length + 1), pane.command, pane.active]),
      }));
    }
  });

  test('creates the panes of large and of small windows alike, in their layouts', async () => {
    const { target, tmux, directory, killServer } = privateTmux();
    tmux('new-session', '-d', '-s', 'wide', '-x', '200', '-y', '50', '-c', directory);
    for (let pane = 2; pane <= 10; pane += 1) {
      tmux('split-window', '-h', '-t', '=wide:0');
      tmux('select-layout', '-t', '=wide:0', 'even-horizontal');
    }
    tmux('select-pane', '-t', '=wide:0.4');
    tmux('new-window', '-d', '-t', '=wide:1');
    tmux('split-window', '-t', '=wide:1', '-l', '3');
    const before = await sessionsOf(target);
    killServer();

    const results = await createSessions(target, before.map(requestOf), create);

    expect(results).toEqual([created]);
    const after = await sessionsOf(target);
    expect(after.map(layoutsOf)).toEqual(before.map(layoutsOf));
  });

  test('gives a session the directory that new windows begin in, and its first pane another one', async () => {
    const { target, tmux, directory } = privateTmux();
    const [start, work] = ['start', 'it’s "$HOME" #(id); #{host} \\'].map((name) => join(directory, name));
    for (const path of [start, work]) mkdirSync(path ?? '');
    const command = ['/bin/sh', '-i'];
    const windows = [oneWindow({ panes: [{ active: true, title: '', cwd: work ?? '', command }] })];

    const results = await createSessions(target, [{ ...plain('notes'), path: start ?? '', windows }], create);

    expect(results).toEqual([created]);
    const [path, pid = ''] = tmux('display-message', '-p', '-t', '=notes:', '#{session_path}\t#{pane_pid}')
      .trim()
      .split('\t');
    expect(path).toBe(start);
    await expect.poll(() => readlinkSync(`/proc/${pid}/cwd`)).toBe(work);
    await expect.poll(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toBe('/bin/sh\0-i\0');
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    expect(variables.filter((one) => /^(OLD)?PWD=/.test(one))).toEqual([`PWD=${work}`]);
  });

  test('says what is missing when a layout has more panes than fit', async () => {
    const { target } = privateTmux();
    const panes = Array.from({ length: 6 }, () => ({ active: false, title: '', cwd: '/', command: null }));
    const request = { ...plain('narrow'), windows: [oneWindow({ layout: 'b25d,4x2,0,0,5', panes })] };

    const [result] = await createSessions(target, [request, plain('other')], create);

    expect(result).toMatchObject({ outcome: 'created' });
    const notes = result?.outcome === 'created' ? result.notes : [];
    expect(notes[0]).toMatch(/^window 0 has \d of 6 panes$/);
    expect(notes.slice(1).join()).toContain('no space');
  });

  test('puts the sessions of a group back into one group', async () => {
    const { target, tmux } = privateTmux();
    const owner = { ...plain('owner'), windows: [oneWindow({ index: 0 }), oneWindow({ index: 1 })] };
    const member = { ...plain('member'), windows: [], sharesWindowsOf: 'owner' };

    expect(await createSessions(target, [member, owner], create)).toEqual([created, created]);
    expect((await sessionsOf(target)).map(({ name, sharesWindowsOf }) => [name, sharesWindowsOf])).toEqual([
      ['owner', null],
      ['member', 'owner'],
    ]);

    const live = new Map([['owner', tmux('display-message', '-p', '-t', '=owner:', '#{session_id}').trim()]]);
    const late = { ...member, name: 'late' };
    expect(await createSessions(target, [late], { timeoutMs, live })).toEqual([created]);
    expect((await sessionsOf(target)).find(({ name }) => name === 'late')?.sharesWindowsOf).toBe('owner');
  });

  test('lets each session of a group show the window that it showed, and says where that is not there', async () => {
    const { target, tmux } = privateTmux({ configuration: 'set -g base-index 1\n' });
    const windows = [oneWindow({ index: 0, active: true }), oneWindow({ index: 3 })];
    const owner = { ...plain('owner'), windows };
    const shows = { a: 3, b: 0, c: null, d: 9 };
    const members = Object.entries(shows).map(([name, sharedWindow]) => ({
      ...plain(name),
      windows: [],
      sharesWindowsOf: 'owner',
      sharedWindow,
    }));

    const results = await createSessions(target, [...members, owner], create);

    expect(results).toEqual([created, created, created, { ...created, notes: ["can't find window: 9"] }, created]);
    const shown = tmux('list-windows', '-a', '-f', '#{window_active}', '-F', '#{session_name} #{window_index}');
    expect(shown.trim().split('\n').toSorted().slice(0, 2)).toEqual(['a 3', 'b 0']);
    expect((await sessionsOf(target)).map(({ name, sharedWindow }) => [name, sharedWindow])).toEqual(
      expect.arrayContaining([
        ['owner', null],
        ['a', 3],
        ['b', 0],
      ]),
    );
  });

  test('creates a member of a group that is not there with a window of its own, and says so', async () => {
    const { target } = privateTmux();
    const member = { ...plain('member'), windows: [], sharesWindowsOf: 'owner' };

    expect(await createSessions(target, [member], create)).toEqual([
      { ...created, notes: ['it has a window of its own, because owner is not there'] },
    ]);
  });

  test('says that a session which ended at once was not created', async () => {
    const { target } = privateTmux();
    const ends = {
      ...plain('ends'),
      windows: [oneWindow({ panes: [{ active: true, title: '', cwd: '/', command: ['false', ''] }] })],
    };

    const [first] = await createSessions(target, [plain('stays'), ends], create);

    expect(first).toEqual(created);
    await expect.poll(async () => (await sessionsOf(target)).map(({ name }) => name)).toEqual(['stays']);
  });

  test('fails in the words of what is wrong when there is no tmux', async () => {
    const { target, directory } = privateTmux();
    const results = await createSessions({ ...target, searchPath: directory }, ['a', 'b'].map(plain), create);
    for (const result of results)
      expect(result).toMatchObject({ outcome: 'failed', message: expect.stringContaining('tmux was not found') });
  });

  test('gives up on a stopped server within the time limit', async () => {
    const { target, tmux, serverPids } = privateTmux();
    tmux('new-session', '-d', '-s', 'here');
    for (const pid of serverPids()) process.kill(pid, 'SIGSTOP');

    const results = await createSessions(target, [plain('new')], { timeoutMs: 300, live: new Map([['here', '$0']]) });

    expect(results).toEqual([{ outcome: 'failed', message: 'tmux did not answer within 0.3 s' }]);
  });

  test('refuses a name that is not UTF-8', async () => {
    const { target } = privateTmux();
    const results = await createSessions(target, [plain('caf\\351'), plain('ok')], create);
    expect(results).toEqual([{ outcome: 'failed', message: expect.stringContaining('not valid UTF-8') }, created]);
  });

  test('keeps a server free of the environment of the caller', async () => {
    const { target, tmux } = privateTmux();
    await createSessions(target, [plain('one')], create);
    const names = tmux('show-environment', '-g')
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(new Set(names.filter((name) => name !== ''))).toEqual(
      new Set(['HOME', 'LANG', 'LOGNAME', 'PATH', 'PWD', 'SHELL', 'TMUX_TMPDIR', 'USER']),
    );
  });
});

describe.runIf(process.getuid?.() === 0)('creating sessions as root for another account', () => {
  test('gives them a server of that account, with its groups and nothing of root', async () => {
    const { target: own, directory, serverPids } = privateTmux();
    const home = `${directory}/home`;
    mkdirSync(home);
    chownSync(home, 1, 1);
    const account = { name: 'daemon', uid: 1, gid: 1, home, shell: '/bin/sh' };
    const target: TmuxTarget = { ...own, account, access: 'switch', tmpDir: home, searchPath: '/usr/bin:/bin' };

    expect(await createSessions(target, ['one', 'two'].map(plain), create)).toEqual([created, created]);
    expect((await sessionsOf(target)).map(({ name }) => name)).toEqual(['one', 'two']);

    const [server = 0] = serverPids();
    const status = readFileSync(`/proc/${server}/status`, 'utf8');
    expect(status).toMatch(/^Uid:\t1\t1\t1\t1$/m);
    expect(status).toMatch(/^Gid:\t1\t1\t1\t1$/m);
    expect(status).toMatch(/^Groups:\t1 $/m);
  });
});

async function idsOf(target: TmuxTarget): Promise<ReadonlyMap<string, string>> {
  return new Map((await sessionsOf(target)).map(({ name, tmuxId }) => [name, tmuxId]));
}

/** Listens in front of a server, and takes a look whenever a client has gone. */
async function recordingProxy(path: string, behind: string, look: () => void): Promise<void> {
  // What the server says last must not meet a closed end: it would not be read, and the end of the server not be seen.
  const proxy = createServer({ allowHalfOpen: true }, (client) => {
    const server = connect(behind);
    for (const one of [client, server]) one.on('error', () => one.destroy());
    client.pipe(server).pipe(client);
    // The last client may go when the test is over, and the server behind with it.
    server.on('close', () => (proxy.listening ? look() : undefined));
  });
  onTestFinished(() => void proxy.close());
  proxy.listen(path);
  await once(proxy, 'listening');
}

function layoutsOf({ windows }: ListedSession) {
  return windows.map(({ layout, panes }) => [
    layout.replace(/^[0-9a-f]{4},/, '').replace(/(\d+x\d+,\d+,\d+),\d+/g, '$1'),
    panes.map(({ active }) => active),
  ]);
}
