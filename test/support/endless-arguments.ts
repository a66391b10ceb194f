import { spawn } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { waitUntil } from './private-tmux.ts';

/** Has the kernel show that many bytes of nothing as its arguments, which takes no privilege: prctl(2), PR_SET_MM_MAP. */
const script = `
  my ($bytes, $mmap, $brk, $prctl) = map { $_ + 0 } @ARGV;
  my $at = syscall($mmap, 0, $bytes, 1, 0x4022, -1, 0);
  die "mmap: $!" if $at == -1;
  open(my $file, '<', '/proc/self/stat') or die;
  my @fields = split / /, (<$file> =~ s/^.*\\) //sr);
  my $field = sub { $fields[$_[0] - 3] + 0 };
  my @memory = ((map { $field->($_) } 26, 27, 45, 46, 47), syscall($brk, 0), $field->(28));
  my $map = pack('Q12 L2', @memory, $at, $at + $bytes, $field->(50), $field->(51), 0, 0, 0xffffffff);
  syscall($prctl, 35, 14, $map, length $map, 0) == 0 or die "prctl: $!";
  sleep 1000;
`;

const callNumbers = process.arch === 'arm64' ? ['222', '214', '167'] : ['9', '12', '157'];

/**
 * Starts a process with that many bytes of arguments, waits until it has them, and tells its process id. The words end in
 * `perl`, or in a copy of it.
 */
export function startWithEndlessArguments(
  [file, ...args]: readonly [string, ...string[]],
  bytes = 2_000_000_000,
): number {
  const child = spawn(file, [...args, '-e', script, String(bytes), ...callNumbers], { stdio: 'ignore', cwd: '/' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} could not be started`);
  waitUntil(() => firstArgumentByte(pid) === 0, 'endless arguments');
  return pid;
}

function firstArgumentByte(pid: number): number | undefined {
  const descriptor = openSync(`/proc/${pid}/cmdline`, 'r');
  try {
    const byte = Buffer.alloc(1, 1);
    readSync(descriptor, byte);
    return byte[0];
  } finally {
    closeSync(descriptor);
  }
}
