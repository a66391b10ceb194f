# Listens, and becomes a program that gets the socket as systemd would pass it: descriptor 3, and two variables.
# Usage: pass-socket.pl unix:PATH|tcp PID|own PROGRAM...
use strict;
use warnings;
use IO::Socket::INET;
use IO::Socket::UNIX;
use POSIX qw(dup2);

$^F = 9;
my ($where, $pid, @program) = @ARGV;
my $socket = $where =~ /^unix:(.*)/
  ? IO::Socket::UNIX->new(Local => $1, Listen => 5)
  : IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 5);
die "cannot listen: $!\n" unless $socket;
dup2(fileno($socket), 3) unless fileno($socket) == 3;
@ENV{qw(LISTEN_FDS LISTEN_PID)} = (1, $pid eq 'own' ? $$ : $pid);
exec @program or die "$!\n";
