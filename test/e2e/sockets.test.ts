import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { panesOf } from '../../src/core/manifest.ts';
import { type PersistResult, rosterOfSelf, type Sandbox, sandbox } from '../support/persist-sandbox.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { storedManifest } from '../support/stored-record.ts';
import { sessionNames } from '../support/world.ts';

const id = '50c4e700-0000-4000-8000-000000000001';

describe('the servers of a user on several sockets', () => {
  test('are recorded together, whatever -L, -S or TMUX_TMPDIR says', () => {
    const user = userOfManySockets();
    const { box, at, persist } = user;
    user.start(null, 'notes');
    for (const socket of [at.name, at.path, at.tmpDir]) user.start(socket, 'api');
    expect(persist('save').stdout).toContain(', 4 live\n');
    expect(recorded(box)).toEqual([
      ...[at.name, at.path, at.tmpDir].toSorted().map((socket) => `${socket}:api live`),
      'notes live',
    ]);
    expect(persist('save').stdout).toContain('unchanged');
  });

  test('come back on their own sockets, with their own sessions of one name', () => {
    const user = userOfManySockets();
    const { box, at, persist } = user;
    user.start(null, 'notes');
    user.start(at.name, 'notes', box.directory('elsewhere'));
    user.start(at.path, 'api');
    persist('save');
    box.killServer();
    expect(persist('plan').stdout).toContain('Plan: 3 to create');
    const applied = persist('apply');
    expect(applied).toMatchObject({ exitCode: 0, stderr: '' });
    expect(applied.stdout).toContain('created notes on work in ');
    expect(sessionNames(box)).toEqual(['notes']);
    expect(user.sessions(at.name)).toEqual(['notes']);
    expect(user.sessions(at.path)).toEqual(['api']);
    expect(user.tmuxOn(at.name, 'display-message', '-p', '#{session_path}').trim()).toBe(join(box.home, 'elsewhere'));
    expect(persist('plan', '--exit-code').exitCode).toBe(0);
    expect(recorded(box)).toEqual([`${at.path}:api live`, 'notes live', `${at.name}:notes live`]);
  });

  test('end one by one: only the sessions of the one that was killed are lost', () => {
    const user = userOfManySockets();
    const { box, at, persist } = user;
    user.start(null, 'notes');
    user.start(at.name, 'api');
    persist('save');
    user.kill(at.name);
    persist('save');
    expect(recorded(box)).toEqual([`${at.name}:api gone server-died`, 'notes live']);
    expect(persist('apply').exitCode).toBe(0);
    expect(user.sessions(at.name)).toEqual(['api']);
    expect(sessionNames(box)).toEqual(['notes']);
  });

  test('hold a conversation once: its agent comes back where it ran, although all panes have one id', () => {
    const user = userOfManySockets();
    const { box, at, persist } = user;
    user.start(null, 'notes');
    const claude = join(box.home, 'bin/claude');
    user.tmuxOn(at.name, 'new-session', '-d', '-s', 'ai', '-c', box.home, claude, '--session-id', id);
    waitUntil(() => {
      persist('save');
      return conversationsOn(box, at.name).length === 1;
    }, 'the conversation in the record');
    expect(conversationsOn(box, null)).toEqual([]);
    box.killServer();
    const applied = persist('apply');
    expect(applied).toMatchObject({ exitCode: 0, stderr: '' });
    persist('save');
    expect(conversationsOn(box, at.name)).toEqual([id]);
    expect(conversationsOn(box, null)).toEqual([]);
  });
});

describe('a server that the roster does not name', () => {
  test('is named in status and doctor, and nothing of it is recorded', () => {
    const user = userOfManySockets();
    const { box, at, persist } = user;
    writeFileSync(box.rosterPath, rosterOfSelf('persist: { sockets: [] }\n'));
    user.start(null, 'notes');
    user.start(at.name, 'private');
    persist('save');
    expect(recorded(box)).toEqual(['notes live']);
    const words = `the tmux server on ${at.name}, process ${user.pid(at.name)}, is not managed`;
    expect(persist('status').stdout).toContain(words);
    expect(persist('doctor').stdout).toContain(words);
    const status: { users: readonly { unmanagedServers: readonly { socket: string }[] }[] } = JSON.parse(
      persist('status', '--json').stdout,
    );
    expect(status.users[0]?.unmanagedServers.map(({ socket }) => socket)).toContain(at.name);
  });

  test('hides none that it names, however many others the user runs', () => {
    const user = userOfManySockets();
    const { box, at, persist } = user;
    crowdIn(user, box.directory('elsewhere'), 20);
    user.start(at.path, 'api');
    writeFileSync(box.rosterPath, rosterOfSelf(`persist: { sockets: [${JSON.stringify(at.path)}] }\n`));
    expect(persist('save')).toMatchObject({ exitCode: 0 });
    expect(recorded(box)).toEqual([`${at.path}:api live`]);
  });

  test('is not touched when its sessions were recorded before: they are remembered', () => {
    const user = userOfManySockets();
    const { box, at, persist } = user;
    user.start(null, 'notes');
    user.start(at.name, 'api');
    persist('save');
    writeFileSync(box.rosterPath, rosterOfSelf('persist: { sockets: [] }\n'));
    persist('save');
    expect(recorded(box)).toEqual([`${at.name}:api gone forgotten`, 'notes live']);
    user.kill(at.name);
    expect(persist('apply', '--all').exitCode).toBe(0);
    expect(existsSync(at.name) && isListening(user, at.name)).toBe(false);
  });

  test('does not exist for a run that was told one socket name', () => {
    const user = userOfManySockets();
    const { box, at } = user;
    user.start(null, 'notes');
    user.start(at.name, 'api');
    expect(box.persist('save').stdout).toContain(', 1 live\n');
    expect(box.persist('status').stdout).not.toContain(at.name);
  });
});

test('of more servers than are asked, those of the record are', () => {
  const user = userOfManySockets();
  const { box, persist } = user;
  const first = crowdIn(user, box.directory('first'), 10);
  expect(persist('save')).toMatchObject({ exitCode: 0 });
  crowdIn(user, box.directory('second'), 10);
  expect(persist('save')).toMatchObject({ exitCode: 0 });
  const live = recorded(box).filter((one) => one.endsWith(' live'));
  expect(live).toHaveLength(16);
  expect(live).toEqual(expect.arrayContaining(first.map((socket) => `${socket}:api live`)));
  expect(persist('status').stdout).toContain('only 16 servers of a user are asked');
});

describe('a socket whose directory is gone', () => {
  test('gives its sessions to the default server, and says so', () => {
    const user = userOfManySockets();
    const { box, at, persist } = user;
    user.start(null, 'notes');
    user.start(at.path, 'api');
    persist('save');
    user.kill(at.path);
    rmSync(dirname(at.path), { recursive: true });
    const applied = persist('apply', '--include', 'server-stopped');
    expect(applied.exitCode).toBe(0);
    expect(applied.stdout).toContain(`the directory of its socket ${at.path} is gone`);
    expect(sessionNames(box)).toEqual(['api', 'notes']);
    expect(recorded(box)).toEqual(['api live', 'notes live']);
  });
});

describe('a socket whose directory tmux makes', () => {
  test('is there again after a boot has taken the directory', () => {
    const user = userOfManySockets();
    const { at, persist } = user;
    user.start(null, 'notes');
    user.start(at.tmpDir, 'api');
    persist('save');
    user.kill(at.tmpDir);
    rmSync(dirname(at.tmpDir), { recursive: true });
    expect(persist('apply', '--include', 'server-stopped').exitCode).toBe(0);
    expect(user.sessions(at.tmpDir)).toEqual(['api']);
  });
});

describe('a user who moved to another socket', () => {
  test('has lost nothing', () => {
    const user = userOfManySockets();
    const { box, at, persist } = user;
    for (const name of ['api', 'notes']) user.start(null, name);
    persist('save');
    box.killServer();
    for (const name of ['api', 'notes']) user.start(at.tmpDir, name);
    expect(persist('plan', '--exit-code')).toMatchObject({ exitCode: 0 });
    expect(persist('apply').exitCode).toBe(0);
    expect(sessionNamesOnDefault(user)).toEqual([]);
    expect(recorded(box)).toEqual([`${at.tmpDir}:api live`, `${at.tmpDir}:notes live`]);
  });
});

describe('a recorded server whose socket file is gone', () => {
  test('is alive: nothing is lost, the user is unknown, and a command mends it', () => {
    const user = userOfManySockets();
    const { box, at, persist } = user;
    user.start(null, 'notes');
    user.start(at.path, 'api');
    persist('save');
    const pid = user.pid(at.path);
    renameSync(at.path, `${at.path}.away`);
    const saved = persist('save');
    expect(saved.exitCode).toBe(4);
    expect(recorded(box)).toEqual([`${at.path}:api live`, 'notes live']);
    expect(persist('doctor').stdout).toContain(`mend: kill -USR1 ${pid}`);
    process.kill(pid, 'SIGUSR1');
    waitUntil(() => existsSync(at.path), 'the socket');
    expect(persist('save')).toMatchObject({ exitCode: 0 });
  });
});

interface UserOfManySockets {
  readonly box: Sandbox;
  /** Paths of sockets as `-L`, `-S` and `TMUX_TMPDIR` make them. */
  readonly at: { readonly name: string; readonly path: string; readonly tmpDir: string };
  /** Runs the program, which looks at all servers. */
  readonly persist: (...args: readonly string[]) => PersistResult;
  readonly tmuxOn: (socket: string | null, ...args: readonly string[]) => string;
  readonly start: (socket: string | null, session: string, directory?: string) => void;
  readonly sessions: (socket: string) => readonly string[];
  readonly pid: (socket: string) => number;
  readonly kill: (socket: string) => void;
}

/** The roster names every socket below the home: tests beside this one run servers of the same user. */
function userOfManySockets(): UserOfManySockets {
  const box = sandbox();
  writeFileSync(box.rosterPath, rosterOfSelf(`persist: { sockets: [${JSON.stringify(`${box.home}/*`)}] }\n`));
  const uid = process.getuid?.() ?? 0;
  const elsewhere = box.directory('elsewhere-tmp');
  const at = {
    name: join(box.home, `tmux-${uid}`, 'work'),
    path: join(box.directory('run'), 'sock'),
    tmpDir: join(elsewhere, `tmux-${uid}`, 'default'),
  };
  const tmuxOn: UserOfManySockets['tmuxOn'] = (socket, ...args) => {
    if (socket === null) return box.tmux(...args);
    if (socket === at.name) return box.tmux('-L', 'work', ...args);
    if (socket !== at.tmpDir) return box.tmux('-S', socket, ...args);
    mkdirSync(elsewhere, { recursive: true });
    return execFileSync('tmux', ['-u', '-f', '/dev/null', ...args], {
      env: { PATH: process.env['PATH'], HOME: box.home, TMUX_TMPDIR: elsewhere, LANG: 'C.UTF-8', SHELL: '/bin/sh' },
      cwd: '/',
      encoding: 'utf8',
      timeout: 10_000,
    });
  };
  const pid = (socket: string): number => Number(tmuxOn(socket, 'display-message', '-p', '#{pid}'));
  return {
    box,
    at,
    persist: (...args) => box.persistIn({ TMUX_PERSIST_SOCKET_NAME: undefined }, ...args),
    tmuxOn,
    start: (socket, session, directory = box.home) =>
      void tmuxOn(socket, 'new-session', '-d', '-s', session, '-c', directory),
    sessions: (socket) => tmuxOn(socket, 'list-sessions', '-F', '#{session_name}').split('\n').slice(0, -1).toSorted(),
    pid,
    kill: (socket) => {
      const server = pid(socket);
      process.kill(server, 'SIGKILL');
      waitUntil(() => !existsSync(`/proc/${server}/fd/0`), `the end of the server on ${socket}`);
    },
  };
}

/** A number of servers with one session each, on sockets in that directory. */
function crowdIn(user: UserOfManySockets, directory: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => {
    const socket = join(directory, `sock-${at}`);
    user.start(socket, 'api');
    return socket;
  });
}

function recorded(box: Sandbox): readonly string[] {
  return storedManifest(box).sessions.map(({ name, socket, state, cause }) =>
    [socket === null ? name : `${socket}:${name}`, state, ...(cause === null ? [] : [cause])].join(' '),
  );
}

function conversationsOn(box: Sandbox, socket: string | null): readonly string[] {
  return storedManifest(box)
    .sessions.filter((entry) => entry.socket === socket && entry.state === 'live')
    .flatMap(panesOf)
    .flatMap(({ conversation }) => conversation?.id ?? []);
}

function isListening({ tmuxOn }: UserOfManySockets, socket: string): boolean {
  try {
    tmuxOn(socket, 'list-sessions');
    return true;
  } catch {
    return false;
  }
}

function sessionNamesOnDefault({ box }: UserOfManySockets): readonly string[] {
  try {
    return box.tmux('list-sessions', '-F', '#{session_name}').split('\n').slice(0, -1);
  } catch {
    return [];
  }
}
