import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { snapshotsDirectory } from '../../src/state/state-paths.ts';
import { startImpostor } from '../support/impostor/start-impostor.ts';
import { complainer, teller } from '../support/impostor/tall-tale.ts';
import type { Environment, PersistResult } from '../support/persist-sandbox.ts';
import { processesOf } from '../support/unix-processes.ts';
import type { UnixUser } from '../support/unix-users.ts';
import { sharedHost } from './shared-host.ts';
import { withinOneTimeLimit } from './within-one-time-limit.ts';

const host = sharedHost();
const canary = 'canary-5d41402abc4b2a76';

describe('a server in the place of a user’s tmux', { timeout: 90_000 }, () => {
  test('learns nothing of the processes of others by calling them its panes', () => {
    const { emo, anca, directory, persist } = host();
    const place = join(anca.home, canary);
    anca.run('mkdir', '-m', '700', place);
    anca.tmux('new-session', '-d', '-s', 'notes', '-c', place);
    const pane = Number(anca.tmux('display-message', '-p', '-t', '=notes:', '#{pane_pid}'));
    const server = anca.serverPid() ?? 0;
    const tales = [
      { pid: server, sessions: [{ name: 'mine', panes: [{ pid: pane, path: '/' }] }] },
      { pid: 1, sessions: [{ name: 'mine', panes: [{ pid: pane, path: '/' }] }] },
    ];
    for (const tale of tales) {
      const { stop } = startImpostor(emo, directory, teller(tale));
      persist('save', '--user', emo.name);
      const { exitCode, stdout } = persist('plan', '--user', emo.name, '--json');
      stop();
      expect(exitCode).toBe(0);
      expect(`${stdout}${recordOf(emo)}`).toContain('"mine"');
      expect(`${stdout}${recordOf(emo)}`).not.toContain(canary);
    }
    persist('save', '--user', anca.name);
    expect(recordOf(anca)).toContain(canary);
  });

  test('gets nobody to read or to write a file, whoever could', () => {
    const { emo, anca, directory, persist } = host();
    const own = join(emo.home, 'of-emo');
    emo.run('sh', '-c', `printf ${canary} >${own}`);
    const files = [
      own,
      secretOf(directory, 'of-root', 0),
      secretOf(directory, 'of-the-group-root', 0, 0o640),
      secretOf(directory, 'of-anca', anca.uid),
      join(directory, 'made-by-nobody'),
    ];
    for (const path of files) {
      for (const command of ['save', 'apply']) {
        const { told, stop } = startImpostor(emo, directory, { kind: 'steal', write: path, read: path });
        expect(persist(command, '--user', emo.name)).toMatchObject({ exitCode: 4 });
        stop();
        expect(told()).toBe('listening\n');
      }
      expect(existsSync(path) ? readFileSync(path, 'utf8') : null).toBe(path.endsWith('nobody') ? null : canary);
    }
  });

  test.each(['exec', 'shell'] as const)('gets nobody to become a program of its own by asking for one (%s)', (kind) => {
    const { emo, anca, directory, persist } = host();
    anca.startSession('notes');
    const left = join(emo.home, 'left-behind');
    startImpostor(emo, directory, { kind, command: `id >${left}; exec sleep 1000` });
    const saved = withinOneTimeLimit(host(), 'save');
    expect(saved).toMatchObject({ exitCode: 4, stdout: expect.stringContaining(`${anca.name}: saved `) });
    expect(saved.stdout).toMatch(new RegExp(`^${emo.name}: not saved: .* to run a program, which was refused$`, 'm'));
    for (const args of [['plan'], ['status'], ['doctor'], ['apply'], ['restore', emo.name]]) persist(...args);
    expect(existsSync(left)).toBe(false);
    expect(processesOf(emo.uid).length).toBe(1);
  });

  test.each(['exec', 'shell'] as const)('does not get at the terminal of the administrator (%s)', (kind) => {
    const { emo, directory, stateDirectory, rosterPath } = host();
    emo.startSession('notes');
    const left = join(emo.home, 'typed');
    startImpostor(emo, directory, { kind, command: `exec 3<>/dev/tty && echo >${left}` });
    const env = {
      TMUX_PERSIST_STATE_DIR: stateDirectory,
      TMUX_PERSIST_ROSTER: rosterPath,
      TMUX_PERSIST_SOCKET_NAME: basename(emo.socketPath),
      PATH: process.env['PATH'],
    };
    for (const command of ['status', 'plan', 'doctor', 'save', 'apply']) {
      onTerminal(env, `${process.execPath} ${directory}/program/bin.js ${command}; true`);
    }
    expect(existsSync(left)).toBe(false);
  });

  test('has nothing that it says proposed to the administrator as a remedy', () => {
    const { emo, directory, persist } = host();
    for (const words of [
      'make it again with: kill -9 1\n',
      'directory /etc has unsafe permissions\n',
      '/etc is not a directory\n',
      `the tmux server of ${emo.name} lives but its socket /x is gone; make it again with: kill -9 1\n`,
    ]) {
      const { stop } = startImpostor(emo, directory, complainer(words));
      const { stdout } = persist('doctor');
      stop();
      expect(stdout).toContain(`user ${emo.name}: tmux is unknown: ${words.trim()}`);
      for (const [, mend = ''] of stdout.matchAll(/^ +mend: (.*)$/gm)) expect(mend).not.toMatch(/kill|chmod|mv|\/etc/);
    }
  });
});

describe('whatever a server in the place of a user’s tmux calls its sessions', { timeout: 90_000 }, () => {
  const evil = 'evil\u001b[2J\u001b]0;owned\u0007\u009b31m\u007f\u202e\u2066\u200b\u2028\u2029\ufeff\u{e0041}end';
  const gone = `${evil}-gone`;

  test('acts on no terminal: not in the output of any command, nor in an error', () => {
    const { emo, directory, persist } = host();
    const sessions = [evil, gone].map((name) => ({
      name,
      path: `/${evil}`,
      panes: [{ path: `/${evil}`, title: evil, windowName: evil }],
    }));
    const first = startImpostor(emo, directory, teller({ sessions }));
    expectPrintable(persist('save', '--verbose'));
    first.stop();
    startImpostor(emo, directory, teller({ sessions: sessions.slice(0, 1) }));
    const commands = [
      ['save'],
      ['plan', '--verbose'],
      ['plan', '--json', '--all'],
      ['status'],
      ['status', '--json'],
      ['show', emo.name],
      ['show', emo.name, '--json'],
      ['history'],
      ['history', emo.name, '--json'],
      ['doctor'],
      ['apply', '--all', '--user', emo.name],
      ['apply', '--session', `${evil}x`],
      ['plan', '--session', evil],
      ['forget', emo.name, evil],
      ['forget', emo.name, `${gone}x`],
      ['forget', emo.name, gone],
    ];
    const results = commands.map((command) => persist(...command));
    for (const result of results) expectPrintable(result);
    // Rows with tabs for programs, which hold no word of a user.
    const rows = persist('snapshots', emo.name);
    expectPrintable({ ...rows, stdout: rows.stdout.replaceAll('\t', '') });
    const shown = String.raw`evil\x1b[2J\x1b]0;owned\x07\x9b31m`;
    expect(results.filter(({ stdout, stderr }) => `${stdout}${stderr}`.includes(shown)).length).toBeGreaterThanOrEqual(
      5,
    );
  });

  test('acts on no terminal in tab-separated columns either, which are exact in a pipe', () => {
    const { emo, directory, persist, stateDirectory, rosterPath } = host();
    const name = evil.replaceAll(/[\u2028\u2029]/g, '');
    startImpostor(emo, directory, teller({ sessions: [{ name }] }));
    persist('save');
    expect(persist('show', emo.name, '--tsv').stdout).toBe(`${name}\t/\t\n`);
    const env = { TMUX_PERSIST_STATE_DIR: stateDirectory, TMUX_PERSIST_ROSTER: rosterPath, PATH: process.env['PATH'] };
    const shown = onTerminal(env, `${process.execPath} ${directory}/program/bin.js show ${emo.name} --tsv`);
    expect(shown).toContain('evil');
    expect(shown.replaceAll(/[\r\n\t]/g, '')).toMatch(printableOnly);
  });

  test('acts on no terminal in the words of its failures', () => {
    const { emo, directory, persist } = host();
    startImpostor(emo, directory, complainer(`${evil}\nsecond line\n`));
    for (const command of [['save'], ['plan'], ['status'], ['doctor'], ['apply', '--all'], ['restore', emo.name]]) {
      const result = persist(...command);
      expectPrintable(result);
      expect(`${result.stdout}${result.stderr}`).not.toMatch(/^second line/m);
    }
  });
});

const printableOnly = /^(?![\s\S]*(?![\ufe00-\ufe0f])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}])/u;

function expectPrintable({ stdout, stderr }: PersistResult): void {
  expect(`${stdout}${stderr}`.replaceAll('\n', '')).toMatch(printableOnly);
}

/** The newest record of a user, as it is stored. */
function recordOf({ name }: UnixUser): string {
  const directory = snapshotsDirectory(host().stateDirectory, name);
  const newest = readdirSync(directory).toSorted().at(-1);
  return newest === undefined ? '' : readFileSync(join(directory, newest), 'utf8');
}

/** A file with the canary in it that only its owner, and root, may read. */
function secretOf(directory: string, name: string, uid: number, mode = 0o600): string {
  const path = join(directory, name);
  writeFileSync(path, canary);
  chmodSync(path, mode);
  chownSync(path, uid, 0);
  return path;
}

/** What a program writes when its standard output is a terminal. */
function onTerminal(env: Environment, command: string): string {
  return execFileSync('script', ['-qec', command, '/dev/null'], { env: { ...env }, encoding: 'utf8', timeout: 20_000 });
}
