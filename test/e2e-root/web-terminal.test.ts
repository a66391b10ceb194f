import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { breachesOf, breachesOfLine } from '../support/printed-document.ts';
import { type SharedHost, sharedHost } from './shared-host.ts';
import { agentsOf } from './user-agents.ts';

const host = sharedHost();

describe('a web terminal, by its root command', { timeout: 90_000 }, () => {
  test('has the sessions of one user back with their conversations, and the others notice nothing', () => {
    const { emo, anca, persist, writeRoster } = host();
    writeRoster(`users:\n  ${emo.name}: {authentik_user: emil@example.org}\n  ${anca.name}: {}\n`);
    const agents = agentsOf(emo);
    agents.start('notes');
    const id = agents.say('notes', 'the words of emo');
    emo.startSession('shell');
    emo.startSession('unticked');
    anca.startSession('hers');
    persist('save');
    const ancasServer = anca.serverPid();
    const running = documentOf(call('--login', 'emil@example.org', 'open', '--json'));
    expect(running).toMatchObject({
      user: emo.name,
      live: [
        { name: 'notes', agent: 'claude', conversation: id },
        { name: 'shell', agent: null },
        { name: 'unticked' },
      ],
    });
    agents.kill();

    const picker = documentOf(call('--login', 'emil@example.org', 'open', '--json'));
    expect(breachesOf(picker)).toEqual([]);
    expect(picker).toMatchObject({
      user: emo.name,
      live: [],
      lost: [{ name: 'notes', cause: 'server-died', conversation: id, comesBack: true }, {}, {}],
      selection: { rows: [{ name: 'notes', action: 'new', isTicked: true }, {}, {}] },
    });
    const [, taken = ''] = /^#rows\t(\S+)$/m.exec(call(emo.name, 'open').stdout) ?? [];
    const wrong = call(emo.name, 'select', taken, 'notes', 'hers');
    expect(wrong).toMatchObject({ status: 2, stdout: '' });
    expect(emo.sessions()).toEqual([]);

    const selected = call('--login', 'emil@example.org', 'select', taken, 'notes', 'shell', '--json=lines');
    expect(selected.status).toBe(0);
    const events = selected.stdout
      .split('\n')
      .slice(0, -1)
      .map((line): unknown => JSON.parse(line));
    expect(events.flatMap(breachesOfLine)).toEqual([]);
    expect(events).toMatchObject([
      { event: 'begin', user: emo.name },
      { event: 'session', name: 'shell', outcome: 'created' },
      { event: 'session', name: 'notes', outcome: 'created' },
      { event: 'end', exitCode: 0 },
    ]);
    expect(emo.sessions()).toEqual(['notes', 'shell']);
    expect(agents.runningArgs()['notes']).toContain(id);
    expect(anca.serverPid()).toBe(ancasServer);
    expect(anca.sessions()).toEqual(['hers']);
  });

  test('knows what a person closed, and asks about nobody else', () => {
    const { emo, anca, persist } = host();
    for (const user of [emo, anca]) for (const name of ['a', 'b']) user.startSession(name);
    persist('save');
    const ancas = records(anca.name);
    expect(call(emo.name, 'save')).toMatchObject({ status: 0 });
    emo.tmux('kill-session', '-t', '=b');
    expect(call(emo.name, 'forget', 'b')).toEqual({ status: 0, stdout: `${emo.name}: forgot b\n`, stderr: '' });
    expect(call(emo.name, 'forget', 'a')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(call(emo.name).stdout).toContain('Applied: 0 created');
    expect(emo.sessions()).toEqual(['a']);
    expect(records(anca.name)).toBe(ancas);
    expect(call(emo.name, 'list').stdout).toMatch(/^\w+\t1\tnewest\n\w+\t2\t-\n$/);
  });

  test('shows everybody to an administrator alone', () => {
    const { emo, anca, writeRoster } = host();
    writeRoster(`users:\n  ${emo.name}: {persist: {admin: true}}\n  ${anca.name}: {}\n`);
    anca.startSession('hers');
    const overview = documentOf(call(emo.name, 'overview', '--json'));
    expect(breachesOf(overview)).toEqual([]);
    expect(overview).toMatchObject({
      users: [
        { user: emo.name, live: 0 },
        { user: anca.name, live: 1 },
      ],
    });
    expect(call(anca.name, 'overview', '--json')).toMatchObject({ status: 2 });
    for (const login of ['nobody', anca.name, 'root']) expect(call('--login', login, 'open').status).toBe(2);
    expect(call('root', 'open')).toMatchObject({ status: 2, stdout: '' });
  });
});

/** The command as it is installed, but for where it finds the program and the roster. */
function call(...args: readonly string[]): { readonly status: number | null; stdout: string; stderr: string } {
  const { directory, stateDirectory, rosterPath, emo } = host();
  const program = join(directory, 'tmux-persist');
  const environment = [
    `TMUX_PERSIST_ROSTER='${rosterPath}'`,
    `TMUX_PERSIST_STATE_DIR='${stateDirectory}'`,
    `TMUX_PERSIST_SOCKET_NAME='${socketNameOf(emo.socketPath)}'`,
    'TZ=UTC',
  ].join(' ');
  writeFileSync(program, `#!/bin/sh\n${environment} exec '${process.execPath}' '${directory}/program/bin.js' "$@"\n`);
  const script = join(directory, 'tmux-restore-user');
  const text = readFileSync('sudo/tmux-restore-user', 'utf8')
    .replace('command=/usr/local/lib/tmux-persist/bin/tmux-persist\n', `command='${program}'\n`)
    .replace('records=/var/lib/tmux-persist/users\n', `records='${stateDirectory}/users'\n`)
    .replace('/etc/tmux-persist/roster.yaml ', `${rosterPath} `)
    .replace('/run/systemd/system ', '/nowhere ');
  writeFileSync(script, text);
  for (const path of [program, script]) chmodSync(path, 0o755);
  const { status, stdout, stderr } = spawnSync(script, args, { encoding: 'utf8', timeout: 60_000 });
  return { status, stdout, stderr };
}

function socketNameOf(socketPath: string): string {
  return socketPath.slice(socketPath.lastIndexOf('/') + 1);
}

function documentOf({ stdout }: { readonly stdout: string }): unknown {
  return JSON.parse(stdout);
}

function records(user: string): string {
  const { stateDirectory }: SharedHost = host();
  return readFileSync(join(stateDirectory, 'users', user, 'last-save.json'), 'utf8');
}
