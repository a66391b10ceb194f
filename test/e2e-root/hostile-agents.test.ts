import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { snapshotsDirectory } from '../../src/state/state-paths.ts';
import { startWithEndlessArguments } from '../support/endless-arguments.ts';
import { peakMemory } from '../support/peak-memory.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { processesOf, readProcFile } from '../support/unix-processes.ts';
import type { UnixUser } from '../support/unix-users.ts';
import { sharedHost } from './shared-host.ts';
import { withinOneTimeLimit } from './within-one-time-limit.ts';

const host = sharedHost();
const canary = '5d41402a-bc4b-4a76-b971-9d911017c592';

describe('a user whose agents', { timeout: 90_000 }, () => {
  test('run in directories of any name stop the saves of nobody', () => {
    const { emo, anca, persist } = host();
    anca.startSession('notes');
    const directory = join(emo.home, 'a\u2028b\u2029c\u0085d\u001b[31m\u202ee\\n"\u{1f98a}');
    emo.run('mkdir', '-p', directory);
    startAgent(emo, 'odd', directory);

    const saved = persist('save');

    expect(saved).toMatchObject({ exitCode: 0, stderr: '' });
    expect(saved.stdout).toMatch(new RegExp(`^${anca.name}: saved \\S+, 1 live$`, 'm'));
    expect(recordOf(emo)).toContain(`"cwd": ${JSON.stringify(directory)}`);
    expect(recordOf(emo)).toContain(`"directory": ${JSON.stringify(directory)}`);
  });

  test.each<[string, (vault: string, user: UnixUser) => Readonly<Record<string, string>>]>([
    ['say that their files are another user’s', (vault) => ({ CLAUDE_CONFIG_DIR: vault })],
    [
      'have links in the place of their files',
      (vault, { home }) => {
        mkdirSync(join(home, '.claude'));
        for (const name of ['sessions', 'projects']) symlinkSync(join(vault, name), join(home, '.claude', name));
        return {};
      },
    ],
  ])('%s are shown nothing of these', (_case, lead) => {
    const { emo, anca, persist, directory } = host();
    // The last one shows that the files would have been believed.
    for (const owner of [anca.uid, 0, emo.uid]) {
      const vault = join(directory, `vault-of-${owner}`);
      const pid = startAgent(emo, `agent-${owner}`, emo.home, lead(vault, emo));
      fillVault(vault, owner, pid, emo.home);
      expect(persist('save').exitCode).toBe(0);
      expect(recordOf(emo)).toContain(`"agent-${owner}"`);
      expect(recordOf(emo).includes(canary)).toBe(owner === emo.uid);
      rmSync(join(emo.home, '.claude'), { recursive: true, force: true });
    }
  });

  test('are very many, with all the arguments and environment that the kernel takes, are that user’s loss alone', () => {
    const { emo, anca, directory } = host();
    anca.startSession('notes');
    emo.startSession('notes');
    const program = agentProgram(emo);
    const count = 60;
    const heavy = Object.fromEntries(Array.from({ length: 14 }, (_, at) => [`V${at}`, '\u00e9'.repeat(60_000)]));
    for (let at = 0; at < count; at += 1) startAs(emo, [program, '1000', '0'.repeat(100_000)], heavy);
    const running = () => processesOf(emo.uid).filter((pid) => readProcFile(pid, 'comm') === 'claude\n');
    waitUntil(() => running().length === count, 'all agents', 30_000);
    const memory = peakMemory(directory);

    const saved = withinOneTimeLimit(host(), 'save', memory.env);

    expect([0, 4]).toContain(saved.exitCode);
    expect(saved.stdout).toMatch(new RegExp(`^${anca.name}: saved \\S+, 1 live$`, 'm'));
    expect(memory.peakMib()).toBeLessThan(220);
  });
});

describe('a user whose agents show gigabytes of arguments', { timeout: 60_000 }, () => {
  test('is saved as quickly as anybody, for no more is read than a program can be given', () => {
    const { emo, anca } = host();
    for (const user of [emo, anca]) user.startSession('notes');
    const program = join(emo.home, 'bin-of-agent', 'claude');
    emo.run('sh', '-c', 'mkdir -p "$(dirname "$1")" && cp --remove-destination /usr/bin/perl "$1"', 'sh', program);
    const own = ['--reuid', String(emo.uid), '--regid', String(emo.gid), '--clear-groups', '--', program];
    for (let at = 0; at < 8; at += 1) startWithEndlessArguments(['setpriv', ...own]);

    const saved = withinOneTimeLimit(host(), 'save');

    expect(saved).toMatchObject({ exitCode: 0, stderr: '' });
    for (const { name } of [emo, anca]) expect(saved.stdout).toMatch(new RegExp(`^${name}: saved \\S+, 1 live$`, 'm'));
  });
});

/** A program that is called as Claude Code is, and does nothing. */
function agentProgram(user: UnixUser): string {
  const path = join(user.home, 'bin-of-agent', 'claude');
  user.run('sh', '-c', 'mkdir -p "$(dirname "$1")" && cp --remove-destination /bin/sleep "$1"', 'sh', path);
  return path;
}

/** Starts it in a session of its own, and tells its process id. */
function startAgent(user: UnixUser, session: string, cwd: string, env: Readonly<Record<string, string>> = {}): number {
  const assignments = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const words = ['env', ...assignments, agentProgram(user), '1000'];
  const told = user.tmux('new-session', '-d', '-P', '-F', '#{pane_pid}', '-s', session, '-c', cwd, ...words);
  waitUntil(() => readProcFile(Number(told), 'comm') === 'claude\n', 'the agent');
  return Number(told);
}

function startAs({ uid, gid }: UnixUser, words: readonly string[], env: Readonly<Record<string, string>>): void {
  const own = ['--reuid', String(uid), '--regid', String(gid), '--clear-groups'];
  const child = spawn('setpriv', [...own, '--', ...words], { cwd: '/', env: { ...env }, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
}

/** Files of Claude Code that would name the canary as the conversation of that process, if one could read them. */
function fillVault(vault: string, owner: number, pid: number, cwd: string): void {
  const project = join(vault, 'projects', cwd.replaceAll(/[^A-Za-z0-9]/g, '-'));
  for (const path of [join(vault, 'sessions'), project]) mkdirSync(path, { recursive: true });
  const procStart = (readProcFile(pid, 'stat') ?? '').split(') ')[1]?.split(' ')[19];
  const record = { pid, sessionId: canary, cwd, procStart, version: '2.1.329' };
  writeFileSync(join(vault, 'sessions', `${pid}.json`), JSON.stringify(record));
  writeFileSync(join(project, `${canary}.jsonl`), `${JSON.stringify({ type: 'user', sessionId: canary, cwd })}\n`);
  for (const path of ['', ...readdirSync(vault, { recursive: true, encoding: 'utf8' })]) {
    chownSync(join(vault, path), owner, owner);
  }
  chmodSync(vault, 0o700);
}

/** The newest record of a user, as it is stored. */
function recordOf({ name }: UnixUser): string {
  const directory = snapshotsDirectory(host().stateDirectory, name);
  const newest = readdirSync(directory).toSorted().at(-1);
  return newest === undefined ? '' : readFileSync(join(directory, newest), 'utf8');
}
