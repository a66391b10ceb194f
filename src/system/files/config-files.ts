import { type Account, privateGroupOf } from '../host/accounts.ts';
import { run } from '../programs/exec.ts';
import { launchAs } from '../programs/launch.ts';

/** Whether an account may be given these configuration files. */
export type ConfigFileCheck = { readonly kind: 'usable' } | { readonly kind: 'unusable'; readonly why: string };

const maxPathBytes = 4096;

/**
 * Checks, with the account's own rights, that each file is a regular one, and that only root and the account can change
 * it, from the file up to `/`. A program that reads one may run what is written there. `/dev/null` stands for no
 * configuration.
 */
export async function checkConfigFiles(
  account: Account,
  asRoot: boolean,
  paths: readonly string[],
  timeoutMs: number,
): Promise<ConfigFileCheck> {
  const files = paths.filter((path) => path !== '/dev/null');
  const odd = files.find(
    (path) => !path.startsWith('/') || path.includes('\0') || Buffer.byteLength(path) > maxPathBytes,
  );
  if (odd !== undefined) return { kind: 'unusable', why: `${odd.slice(0, 200)} is no absolute path` };
  if (files.length === 0) return { kind: 'usable' };
  const argv = ['/usr/bin/perl', '-e', script, String(privateGroupOf(account) ?? -1), ...files] as const;
  const options = { timeoutMs, env: { HOME: account.home, PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' } };
  const result = await (asRoot ? launchAs(account, argv, options) : run(argv, options));
  const verdicts = result.stdout.split('\n').slice(0, -1);
  const at = files.findIndex((_, index) => verdicts[index] !== 'usable');
  if (at < 0) return { kind: 'usable' };
  const why = verdicts[at] ?? (result.failure === 'timeout' ? 'does not answer' : 'could not be checked');
  return { kind: 'unusable', why: `${files[at] ?? ''} ${why}` };
}

/** A sticky directory of root's is accepted, because nobody else can replace an entry in it. */
const script = `
use Cwd ();
$| = 1;
my $group = shift;
sub trusted {
  my ($mode, $uid, $gid) = @_;
  return ($uid == 0 || $uid == $<) && !($mode & 002) && (!($mode & 020) || $gid == 0 || $gid == $group);
}
sub verdict {
  return 'is missing or closed' unless -r $_[0];
  my @file = stat $_[0] or return 'is missing or closed';
  return 'is not a regular file' unless -f _;
  return 'can be changed by others' unless trusted(@file[2, 4, 5]);
  my $above = Cwd::realpath($_[0]);
  while ($above =~ s{/[^/]*\\z}{}) {
    my @directory = stat($above eq '' ? '/' : $above) or return 'is missing or closed';
    next if $directory[4] == 0 && ($directory[2] & 01000);
    return 'is in a directory that others can change' unless trusted(@directory[2, 4, 5]);
  }
  return 'usable';
}
print verdict($_), "\\n" for @ARGV;
`;
