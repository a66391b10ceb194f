# Runs a command twice: first with a stdout and stderr that nobody reads, then, while that one is not done, with other ones.
# Usage: perl unread-output.pl terminal|pipe|full-pipe COMMAND...
use strict;
use warnings;
use Fcntl;
use POSIX qw(:sys_wait_h dup2 setsid);

my ($kind, @command) = @ARGV;
# sudo closes these, and Perl those that it opens itself.
POSIX::close($_) for 3 .. 1023;
my ($reader, $writer);
if ($kind eq 'terminal') {
  sysopen($reader, '/dev/ptmx', O_RDWR | O_NOCTTY) or die "ptmx: $!";
  ioctl($reader, 0x40045431, my $unlocked = pack('i', 0)) or die "TIOCSPTLCK: $!";
  ioctl($reader, 0x80045430, my $number = pack('i', 0)) or die "TIOCGPTN: $!";
  sysopen($writer, '/dev/pts/' . unpack('i', $number), O_RDWR | O_NOCTTY) or die "pts: $!";
} else {
  pipe($reader, $writer) or die "pipe: $!";
}
if ($kind eq 'full-pipe') {
  fcntl($writer, F_SETFL, O_WRONLY | O_NONBLOCK) or die "fcntl: $!";
  1 while defined syswrite($writer, 'x' x 4096);
  fcntl($writer, F_SETFL, O_WRONLY) or die "fcntl: $!";
}

my $first = fork() // die "fork: $!";
if ($first == 0) {
  setsid();
  ioctl($writer, 0x540E, 0) if $kind eq 'terminal'; # TIOCSCTTY: it may stop or end what runs in its session.
  dup2(fileno($writer), $_) for 1, 2;
  exec(@command) or POSIX::_exit(127);
}
close($writer);

# The first holds its lock until it delivers its answer, which `cat` does. Before that, either of them may get the lock.
my ($ended, $status) = (0, 0);
for (1 .. 2000) {
  if (waitpid($first, WNOHANG) == $first) {
    ($ended, $status) = (1, $?);
    last;
  }
  last if has_descendant($first, 'cat');
  select(undef, undef, undef, 0.01);
}

open(my $stdout, '>&', \*STDOUT);
open(STDOUT, '>', '/dev/null');
open(my $stderr, '>&', \*STDERR);
open(STDERR, '>', '/dev/null');
my $second = system(@command) >> 8;
open(STDOUT, '>&', $stdout);
open(STDERR, '>&', $stderr);

($ended, $status) = (1, $?) if !$ended && waitpid($first, WNOHANG) == $first;
print 'the second: ', $second, $ended ? ', after the first' : ', beside the first', "\n";
if (!$ended) {
  waitpid($first, 0);
  $status = $?;
}
print 'the first: ', $status >> 8, "\n";

# Says whether a process below the given one has this name.
sub has_descendant {
  my ($ancestor, $name) = @_;
  my (%parent, @named);
  for my $path (glob '/proc/[0-9]*/stat') {
    open(my $file, '<', $path) or next;
    my $line = <$file> // next;
    my ($pid, $comm, $ppid) = $line =~ /^(\d+) \((.*)\) \S (\d+)/s or next;
    $parent{$pid} = $ppid;
    push @named, $pid if $comm eq $name;
  }
  for my $pid (@named) {
    for (my $at = $pid; $at; $at = $parent{$at} // 0) {
      return 1 if $at == $ancestor;
    }
  }
  return 0;
}
