import { existsSync, readFileSync } from 'node:fs';
import type { Account } from './accounts.ts';
import { type CommandOptions, type CommandResult, run } from './exec.ts';
import { quietly } from './read-file.ts';

/**
 * Runs one program with the credentials of an account, its supplementary groups included, and with nothing of ours: a session of
 * its own without a terminal, a new session keyring, no descriptor but its three, usual limits, a clean environment.
 *
 * Whatever runs with another's credentials is that user's to trace and to replace. Only as root.
 */
export function launchAs(
  { uid, gid }: Account,
  argv: readonly [string, ...string[]],
  options: LaunchOptions,
): Promise<CommandResult> {
  // Without PAM, which a sandbox does not let do all that it wants (pam_limits), and four times as fast as with it.
  const become = ['/usr/bin/setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--init-groups', '--'] as const;
  return run(launcherArgv([...become, ...argv]), { ...options, detached: true });
}

/** The same for a program that stays, as a login would start it: PAM gives it the host's limits. `within` is a command that runs it. */
export function launchToStay(
  { name }: Account,
  argv: readonly [string, ...string[]],
  options: LaunchOptions,
  within: readonly string[] = [],
): Promise<CommandResult> {
  return run(launcherArgv([...within, ...asUser(name, argv)]), { ...options, detached: true });
}

type LaunchOptions = Omit<CommandOptions, 'detached'>;

/** The command that runs another one as a user, and nothing more. By its path: users' own PATH, and that of cron, has no sbin directories (Debian 12). */
export function asUser(user: string, argv: readonly string[]): readonly [string, ...string[]] {
  const runuser = usualPlaces.find((path) => existsSync(path)) ?? 'runuser';
  return [runuser, '-u', user, '--', ...argv];
}

const usualPlaces = ['/usr/sbin/runuser', '/sbin/runuser', '/usr/bin/runuser'];

/** The command that takes everything of the caller's from a program of root's; it has to be started in a session of its own. */
export function launcherArgv(argv: readonly string[]): readonly [string, ...string[]] {
  return ['/usr/bin/perl', '-e', script, String(keyctlNumbers.get(process.arch) ?? -1), ...argv];
}

/**
 * perl is on every Debian, makes any system call, and starts in 2 ms; nothing else there joins a new keyring without a login.
 *
 * What is forbidden to us by a sandbox stays forbidden to what is started, so that no step has to succeed. The audit id is set
 * to none, as systemd sets it for a service. The limits are those that the kernel gives to the first process, and systemd's of
 * descriptors (252); only the soft ones where root may not raise the hard ones.
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

/** The number of the call keyctl(2), by Node's name of the architecture (Linux 6.1). */
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
