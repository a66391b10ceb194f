import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseHeartbeat } from '../../src/state/heartbeat.ts';
import { heartbeatPath } from '../../src/state/state-paths.ts';
import type { PlanDocument } from '../support/plan-document.ts';
import { waitUntil } from '../support/private-tmux.ts';
import type { UnixUser } from '../support/unix-users.ts';
import { canKeepLoginRecords, loginRecords } from './login-records.ts';
import { plannedFor, rosterOf, sharedHost } from './shared-host.ts';

describe.runIf(canKeepLoginRecords)('on a host that keeps login records', () => {
  const host = sharedHost();
  const inside = loginRecords();

  test('a save remembers the terminals of the server, and of no other', () => {
    const { emo, anca, stateDirectory } = host();
    start(emo, 'notes');
    start(emo, 'work');
    start(anca, 'notes');
    persist('save');
    const heartbeat = parseHeartbeat(readFileSync(heartbeatPath(stateDirectory, emo.name), 'utf8'));
    expect(heartbeat?.terminals?.serverPid).toBe(emo.serverPid());
    expect(heartbeat?.terminals?.lines.toSorted()).toEqual(terminalsOf(emo));
  });

  test.each<readonly [string, (user: UnixUser) => void]>([
    ['kill-server', (user) => void user.tmux('kill-server')],
    ['SIGTERM', (user) => void process.kill(user.serverPid() ?? 0, 'SIGTERM')],
    [
      'the end of its last session',
      (user) => {
        for (const name of ['notes', 'work']) user.tmux('kill-session', '-t', `=${name}`);
      },
    ],
  ])('a server that %s ended was stopped: apply leaves it, restore brings its sessions back', (_way, end) => {
    const { emo } = host();
    start(emo, 'notes');
    start(emo, 'work');
    persist('save');
    end(emo);
    waitUntil(() => emo.serverPid() === null, 'the end of the server');
    expect(planned(emo)).toEqual([
      `${emo.name}: hold notes (server-stopped)`,
      `${emo.name}: hold work (server-stopped)`,
    ]);
    persist('apply');
    expect(emo.sessions()).toEqual([]);
    persist('restore');
    expect(emo.sessions()).toEqual(['notes', 'work']);
  });

  test('a server that was killed has died, and its sessions come back by themselves', () => {
    const { emo } = host();
    start(emo, 'notes');
    persist('save');
    emo.killServer();
    expect(planned(emo)).toEqual([`${emo.name}: create notes (server-died)`]);
    persist('apply');
    expect(emo.sessions()).toEqual(['notes']);
    expect(planned(emo)).toEqual([`${emo.name}: live notes`]);
  });

  test('a server that was killed has died, also when its socket was cleaned away since', () => {
    const { emo } = host();
    start(emo, 'notes');
    persist('save');
    emo.killServer();
    rmSync(emo.socketPath);
    expect(planned(emo)).toEqual([`${emo.name}: create notes (server-died)`]);
  });

  test('a server that was killed has died, also when it had one session and another server answers', () => {
    const { emo } = host();
    // What still holds the terminal keeps the next server from being given it.
    start(emo, 'stubborn', 'trap "" HUP; while :; do sleep 60; done');
    persist('save');
    emo.killServer();
    start(emo, 'fresh');
    expect(planned(emo)).toEqual([`${emo.name}: live fresh`, `${emo.name}: create stubborn (server-died)`]);
  });

  test('the end of one user’s server says nothing of another’s', () => {
    const { emo, anca } = host();
    for (const user of [emo, anca]) start(user, 'notes');
    persist('save');
    emo.killServer();
    anca.tmux('kill-server');
    waitUntil(() => anca.serverPid() === null, 'the end of the server');
    expect(planned(emo)).toEqual([`${emo.name}: create notes (server-died)`]);
    expect(planned(anca)).toEqual([`${anca.name}: hold notes (server-stopped)`]);
  });

  test('the servers on other sockets are told apart in the same way', () => {
    const { emo, anca, writeRoster } = host();
    writeRoster(`persist: { sockets: [${basename(emo.socketPath)}] }\n${rosterOf(emo, anca)}`);
    for (const user of [emo, anca]) start(user, 'notes');
    persistEverywhere('save');
    emo.tmux('kill-server');
    anca.killServer();
    waitUntil(() => emo.serverPid() === null, 'the end of the server');
    const document: PlanDocument = JSON.parse(persistEverywhere('plan', '--json'));
    expect(plannedFor(document)).toEqual([
      `${emo.name}: hold notes (server-stopped)`,
      `${anca.name}: create notes (server-died)`,
    ]);
  });

  /** Starts a session from within, so that a server that it starts finds the login records. */
  function start({ name, home, socketPath }: UnixUser, session: string, ...command: readonly string[]): void {
    const environment = [
      'env',
      '-i',
      `HOME=${home}`,
      `USER=${name}`,
      'SHELL=/bin/bash',
      'PATH=/usr/local/bin:/usr/bin:/bin',
    ];
    const tmux = ['tmux', '-u', '-f', '/dev/null', '-L', basename(socketPath)];
    run(
      'runuser',
      '-u',
      name,
      '--',
      ...environment,
      ...tmux,
      'new-session',
      '-d',
      '-s',
      session,
      '-c',
      home,
      ...command,
    );
  }

  function persist(...args: readonly string[]): string {
    return runProgram([`TMUX_PERSIST_SOCKET_NAME=${basename(host().emo.socketPath)}`], args);
  }

  /** Looks at all sockets. */
  function persistEverywhere(...args: readonly string[]): string {
    return runProgram([], args);
  }

  function runProgram(more: readonly string[], args: readonly string[]): string {
    const { directory, stateDirectory, rosterPath } = host();
    const program = join(directory, 'program', 'bin.js');
    const environment = [`TMUX_PERSIST_ROSTER=${rosterPath}`, `TMUX_PERSIST_STATE_DIR=${stateDirectory}`];
    return run('env', ...environment, ...more, process.execPath, program, ...args);
  }

  function planned(user: UnixUser): readonly string[] {
    const document: PlanDocument = JSON.parse(persist('plan', '--json', '--user', user.name));
    return plannedFor(document);
  }

  function run(...argv: readonly string[]): string {
    const [file = '', ...args] = [...inside(), ...argv];
    return execFileSync(file, args, { cwd: '/', encoding: 'utf8', timeout: 25_000 });
  }
});

function terminalsOf({ tmux }: UnixUser): readonly string[] {
  const paths = tmux('list-panes', '-a', '-F', '#{pane_tty}').trim().split('\n');
  return paths.map((path) => path.replace('/dev/', '')).toSorted();
}
