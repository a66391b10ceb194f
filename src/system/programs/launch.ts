import { existsSync, readFileSync } from 'node:fs';
import type { Account } from '../host/accounts.ts';
import { type CommandOptions, type CommandResult, run } from './exec.ts';
import { quietly } from '../files/read-file.ts';

/**
 * Runs one program with the credentials of an account, supplementary groups included, and with nothing of the caller's.
 * It gets a new session without a terminal, a new session keyring, only its three descriptors, the usual limits and a
 * clean environment.
 *
 * A user can trace and replace any program that runs with their credentials. Only as root.
 */
export function launchAs(
  { uid, gid }: Account,
  argv: readonly [string, ...string[]],
  options: LaunchOptions,
): Promise<CommandResult> {
  // PAM is left out. A sandbox does not let it do all its steps (pam_limits), and without it the start is four times as
  // fast.
  const become = ['/usr/bin/setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--init-groups', '--'] as const;
  return run(launcherArgv([...become, ...argv]), { ...options, detached: true });
}

/**
 * The same for a program that stays, started like a login: PAM gives it the host's limits. `within` is a command that
 * runs it.
 */
export function launchToStay(
  { name }: Account,
  argv: readonly [string, ...string[]],
  options: LaunchOptions,
  within: readonly string[] = [],
): Promise<CommandResult> {
  return run(launcherArgv([...within, ...asUser(name, argv)]), { ...options, detached: true });
}

type LaunchOptions = Omit<CommandOptions, 'detached'>;

/**
 * The command that only runs another one as a user. It has a full path, because the PATH of users and of cron has no
 * sbin directories (Debian 12).
 */
export function asUser(user: string, argv: readonly string[]): readonly [string, ...string[]] {
  const runuser = usualPlaces.find((path) => existsSync(path)) ?? 'runuser';
  return [runuser, '-u', user, '--', ...argv];
}

const usualPlaces = ['/usr/sbin/runuser', '/sbin/runuser', '/usr/bin/runuser'];

/**
 * The command that runs another one with the effective ids and all the groups of a user. The real user id stays root's, so
 * that the user can neither trace nor replace it.
 */
export function asEffectiveUser(
  { user, uid, gid }: { readonly user: string; readonly uid: number; readonly gid: number },
  argv: readonly string[],
): readonly [string, ...string[]] {
  return ['/bin/sh', '-c', effectiveUserScript, 'sh', user, `--egid=${gid}`, `--euid=${uid}`, '--', ...argv];
}

/** setpriv initialises the groups of a real user id only (2.38). */
const effectiveUserScript =
  'groups=$(/usr/bin/id -G -- "$1" | /usr/bin/tr " " ,) && shift && exec /usr/bin/setpriv "--groups=$groups" "$@"';

/**
 * The command that removes everything of the caller's from a program of root's. The caller must start it in a new
 * session.
 */
export function launcherArgv(argv: readonly string[]): readonly [string, ...string[]] {
  return ['/usr/bin/perl', '-e', script, String(keyctlNumbers.get(process.arch) ?? -1), ...argv];
}

/**
 * perl is on every Debian, can make any system call, and starts in 2 ms. No other program there joins a new keyring
 * without a login.
 *
 * A sandbox's restrictions also apply to the started program, so a failed step is allowed. The audit id is unset, as
 * systemd does for a service. The limits are those that the kernel gives to the first process, and systemd's limit of
 * descriptors (252). Where root may not raise the hard limits, only the soft ones are set.
 */
const script = `
my $keyctl = shift;
my $join_session_keyring = 1;
umask 022;
setpriority 0, 0, 0;
syscall $keyctl, $join_session_keyring, 0 if $keyctl > 0;
if (open my $audit, '>', '/proc/self/loginuid') { syswrite $audit, '4294967295' }
if (opendir my $open, '/proc/self/fd') {
  for my $number (grep { /^[0-9]+$/ && $_ > 2 && $_ != fileno $open } readdir $open) {
    if (open my $inherited, '<&=', $number) { close $inherited }
  }
}
open my $words, '>&', \\*STDERR; open STDERR, '>', '/dev/null';
my @prlimit = ('/usr/bin/prlimit', '--pid', $$);
system(@prlimit, '--core=0:unlimited', '--nofile=1024:524288', '--stack=8388608:unlimited',
  map { "--$_=unlimited" } qw(as cpu data fsize rss locks)) == 0
  or system @prlimit, '--core=0:', '--nofile=1024:';
open STDERR, '>&', $words; close $words;
exec { $ARGV[0] } @ARGV;
print STDERR "$ARGV[0]: $!\\n";
exit 127;
`;

/** The number of the system call keyctl(2), by Node's name of the architecture (Linux 6.1). */
const keyctlNumbers: ReadonlyMap<string, number> = new Map([
  ['x64', 250],
  ['arm64', 219],
  ['riscv64', 219],
  ['loong64', 219],
  ['arm', 311],
  ['ia32', 288],
  ['ppc64', 271],
  ['s390x', 280],
]);

/** Whether no program that this process starts can use sudo or its like, as in a sandbox of systemd's: NoNewPrivileges=. */
export function hasNoNewPrivileges(): boolean {
  const status = quietly(() => readFileSync('/proc/self/status', 'utf8')) ?? '';
  return /^NoNewPrivs:\t1$/m.test(status);
}
