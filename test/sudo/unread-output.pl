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

# 5: the first has its lock still.
my $second = 5;
for (1 .. 200) {
  select(undef, undef, undef, 0.05);
  open(my $stdout, '>&', \*STDOUT);
  open(STDOUT, '>', '/dev/null');
  open(my $stderr, '>&', \*STDERR);
  open(STDERR, '>', '/dev/null');
  $second = system(@command) >> 8;
  open(STDOUT, '>&', $stdout);
  open(STDERR, '>&', $stderr);
  last if $second != 5;
}
print 'the second: ', $second, waitpid($first, WNOHANG) == 0 ? ', beside the first' : ', after the first', "\n";
waitpid($first, 0);
print 'the first: ', $? >> 8, "\n";
