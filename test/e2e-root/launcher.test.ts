import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startImpostor } from '../support/impostor/start-impostor.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { bundleProgram } from '../system/programs/start-program.ts';
import { sharedHost } from './shared-host.ts';

const host = sharedHost();

/** What a program finds out about itself, as any program of a user can. */
interface Found {
  readonly terminal: boolean;
  readonly descriptors: readonly number[];
  readonly secret: boolean;
  readonly nice: number;
  readonly umask: number;
  readonly core: string;
  readonly files: string;
  readonly environment: readonly string[];
}

const clean = {
  terminal: false,
  descriptors: [0, 1, 2],
  secret: false,
  nice: 0,
  umask: 0o022,
  core: '0',
  files: '1024',
};

describe('what runs with the credentials of a user', { timeout: 60_000 }, () => {
  test('has no terminal, no key, no descriptor, no limit and no variable of the root that called', () => {
    const { emo, directory } = host();
    const place = join(directory, 'probes');
    mkdirSync(place);
    writeFileSync(join(place, 'tmux'), probe, { mode: 0o755 });
    startImpostor(emo, directory, { kind: 'garbage' });
    const { name, uid, gid, home, shell } = emo;
    const words = [JSON.stringify({ name, uid, gid, home, shell }), place, basename(emo.socketPath)];
    const program = bundleProgram(new URL('launch-everything.ts', import.meta.url).pathname);

    const told: Readonly<Record<string, unknown>> = JSON.parse(
      inRootsSession(directory, [process.execPath, program, ...words]),
    );

    for (const one of ['launched', 'fallback', 'started']) {
      const { environment, ...rest } = foundIn(told[one]);
      expect({ [one]: rest }).toEqual({ [one]: clean });
      expect(environment.filter((variable) => /ROOT|SUDO|NODE|TMUX/.test(variable))).toEqual([]);
    }
    expect(told['checked']).toEqual([true, false]);
  });

  test('that goes for a server that was started, and for what runs in it', () => {
    const { emo, directory, persist, stateDirectory, rosterPath } = host();
    const found = join(emo.home, 'found');
    const shell = join(directory, 'probing-shell');
    writeFileSync(shell, probe, { mode: 0o755 });
    emo.startSession('notes');
    expect(persist('save').exitCode).toBe(0);
    emo.killServer();
    emo.run('sh', '-c', `printf '%s\\n' '${shell} >${found}' >~/.bash_profile`);
    const program = join(directory, 'program/bin.js');
    const env = `TMUX_PERSIST_ROSTER=${rosterPath} TMUX_PERSIST_SOCKET_NAME=${basename(emo.socketPath)}`;
    const words = ['env', ...env.split(' '), `TMUX_PERSIST_STATE_DIR=${stateDirectory}`, process.execPath, program];
    inRootsSession(directory, [...words, 'apply', '--user', emo.name]);

    waitUntil(() => readText(found).endsWith('\n'), 'what the pane found');
    const { terminal: _, environment, ...rest } = foundIn(readText(found));
    const { terminal: __, ...expected } = clean;
    expect(rest).toEqual({ ...expected, umask: expect.any(Number) });
    expect(environment.filter((variable) => /ROOT|SUDO|NODE/.test(variable))).toEqual([]);
    const server = emo.serverPid() ?? 0;
    expect(readFileSync(`/proc/${server}/stat`, 'utf8').split(') ')[1]?.split(' ')[4]).toBe('0');
  });
});

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function foundIn(text: unknown): Found {
  return JSON.parse(String(text));
}

/**
 * Runs a command as an administrator might: on a terminal, with a key in the session keyring, a lock held by descriptor 20, as a
 * batch job, with variables of their own.
 */
function inRootsSession(directory: string, argv: readonly string[]): string {
  const wrapper = join(directory, 'roots-session.pl');
  writeFileSync(wrapper, rootsSession);
  chmodSync(wrapper, 0o700);
  const output = join(directory, 'output');
  const line = ['perl', wrapper, output, ...argv].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  execFileSync('script', ['-qec', line, '/dev/null'], {
    env: { PATH: process.env['PATH'], SECRET_OF_ROOT: 'x', SUDO_USER: 'admin', SHELL: '/bin/sh' },
    timeout: 50_000,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return readFileSync(output, 'utf8');
}

/** By Node's name of the architecture: add_key(2), request_key(2), keyctl(2). */
const [addKey, requestKey, keyctl] = process.arch === 'x64' ? [248, 249, 250] : [217, 218, 219];

const rootsSession = `
use POSIX;
my $output = shift;
umask 0;
setpriority 0, 0, 7;
my $ring = "of-root"; die "no keyring: $!" if syscall(${keyctl}, 1, $ring) < 0;
my ($type, $name, $value) = ("user", "secret-of-root", "x");
die "no key: $!" if syscall(${addKey}, $type, $name, $value, 1, -3) < 0;
open my $file, '>>', "$output.secret";
POSIX::dup2(fileno $file, $_) for 20, 40;
open STDOUT, '>', $output;
exec 'prlimit', '--core=unlimited', '--nofile=2048', '--', @ARGV;
`;

const probe = `#!/usr/bin/perl
use POSIX;
sub limit { my $name = shift; open my $in, '<', '/proc/self/limits'; my @l = grep { /^$name/ } <$in>; $l[0] =~ /  +(\\S+)/; $1 }
opendir my $open, '/proc/self/fd';
my @open = sort { $a <=> $b } grep { /^[0-9]+$/ && $_ != fileno $open } readdir $open;
my ($type, $name, $none) = ("user", "secret-of-root", "");
my $key = syscall(${requestKey}, $type, $name, 0, 0);
my $terminal = open my $tty, '+<', '/dev/tty';
printf '{"terminal":%s,"descriptors":[%s],"secret":%s,"nice":%d,"umask":%d,"core":"%s","files":"%s","environment":[%s]}'."\\n",
  ($terminal ? 'true' : 'false'), join(',', @open),
  ($key < 0 ? 'false' : 'true'), getpriority(0, 0), umask, limit('Max core file size'), limit('Max open files'),
  join ',', map { "\\"$_\\"" } grep { !/["\\\\]/ } sort keys %ENV;
`;
