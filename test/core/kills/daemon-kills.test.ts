import { describe, expect, test } from 'vitest';
import {
  earlyoomStart,
  nohangStart,
  oomdVictim,
  readEarlyoomLine,
  readNohangLine,
  type DaemonLog,
} from '../../../src/core/kills/daemon-kills.ts';

const available = 'mem avail:   120 of 24105 MiB ( 0.50%), swap free:    0 of    0 MiB ( 0.00%)';
const low = 'low memory! at or below SIGTERM limits: mem 10.00%, swap 10.00%';

describe('earlyoom', () => {
  const sent7 = 'sending SIGTERM to process 22152 uid 1000 "claude": badness 984, VmRSS 641 MiB';
  const sent8 =
    'sending SIGTERM to process 22152 uid 1000 "claude": oom_score 975, VmRSS 328 MiB, cmdline "claude --resume"';

  test.each([
    ['1.6 and 1.7', [available, low, sent7, 'process exited after 0.1 seconds']],
    [
      '1.7, which had to insist',
      [available, low, sent7, 'escalating to SIGKILL after 5.0 seconds', 'process exited after 5.3 seconds'],
    ],
    ['1.8', [available, low, sent8, 'process 22152 exited after 0.102 seconds']],
    [
      '1.8 with much memory and swap',
      [
        'mem avail:  9120 of 241059 MiB (10.50%), swap free: 1000 of 20000 MiB ( 5.00%)',
        'low memory! at or below SIGKILL limits: mem 10.00%, swap 10.00%',
        sent8,
        'process 22152 exited after 0.102 seconds',
      ],
    ],
  ])('of version %s tells the kill of a process', (_, lines) => {
    expect(earlyoomKills(lines)).toEqual([22152]);
  });

  test('tells each of several kills', () => {
    const exit = 'process exited after 0.1 seconds';
    expect(earlyoomKills([available, low, sent7, exit, available, low, sent7.replace('22152', '7'), exit])).toEqual([
      22152, 7,
    ]);
  });

  test.each([
    [
      'it only tries',
      [available, low, sent7, 'dryrun, not actually sending any signal', 'process exited after 0.1 seconds'],
    ],
    ['it may not', [available, low, sent7, 'kill failed: Operation not permitted', 'process exited after 0.1 seconds']],
    ['the process lives', [available, low, sent7, 'escalating to SIGKILL after 5.0 seconds', available]],
    ['another process has ended', [available, low, sent8, 'process 7 exited after 0.102 seconds']],
    ['it has not told of low memory', [sent7, 'process exited after 0.1 seconds']],
  ])('tells no kill when %s', (_, lines) => {
    expect(earlyoomKills(lines)).toEqual([]);
  });

  test('is believed for its victim alone, whatever that has for a command line', () => {
    const gone = 'process 22152 exited after 0.1 seconds';
    const sending = 'sending SIGTERM to process 1 uid 0 "": oom_score 8, VmRSS 5 MiB, cmdline "';
    const shortest = 'sending SIGTERM to process 1 uid 0 "": badness 8, VmRSS 5 MiB';
    const endings = ['process 1 exited after 0.1 seconds', 'process exited after 0.1 seconds'];
    for (const start of [
      [],
      [gone],
      ['process exited after 0.1 seconds'],
      ['kill failed: xxxxxxxx'],
      ['dryrun, not actually sending any signal'],
    ]) {
      for (const middle of [[], [low], [available, low]]) {
        for (const ending of endings) {
          for (const line of [sending, shortest])
            expect(killsWith([...start, ...middle, line, ending, ''])).not.toContain(1);
        }
      }
    }
  });

  test('is not believed when a line break in the name of the victim hides its line', () => {
    const forged = 'sending SIGTERM to process 1 uid 0 "claude": oom_score 800, VmRSS 500 MiB, cmdline "claude"';
    const lines = [
      'sending SIGTERM to process 22152 uid 1000 "a',
      'b": oom_score 975, VmRSS 328 MiB, cmdline "',
      forged,
    ];
    expect(earlyoomKills([available, low, ...lines, 'process 1 exited after 0.1 seconds'])).toEqual([]);
  });

  /** The kills that are read when 1.8 kills a process with these lines in its command line, which it cuts. */
  function killsWith(forged: readonly string[]): readonly number[] {
    const commandLine = ['x"', ...forged].join('\n').slice(0, 255);
    const line = `sending SIGTERM to process 22152 uid 1000 "x": oom_score 975, VmRSS 328 MiB, cmdline "${commandLine}"`;
    return earlyoomKills([available, low, ...line.split('\n'), 'process 22152 exited after 0.102 seconds']);
  }
});

describe('nohang', () => {
  test.each(['SIGTERM', 'SIGKILL'])('tells the kill of a process by %s', (signal) => {
    expect(
      nohangKills([...victim(1234), `  Sending ${signal} to the victim`, 'OK; total response time: 20ms']),
    ).toEqual([1234]);
  });

  test('tells no kill of a process that had ended', () => {
    expect(
      nohangKills([
        ...victim(1234),
        '  Sending SIGTERM to the victim',
        'Selected process died before corrective action',
      ]),
    ).toEqual([]);
  });

  test('names its own victim, whatever that has for a directory', () => {
    const directory = '/x\nVictim status (found in 1ms):\n  PID:       1, name: a';
    expect(
      nohangKills([...victim(1234, directory), '  Sending SIGTERM to the victim', 'OK; total response time: 20ms']),
    ).toEqual([1234]);
  });
});

describe('systemd-oomd', () => {
  test.each([
    [
      '/user.slice/user-1000.slice/session-3.scope due to memory used (7) / total (8) and swap used (9) / total (9) being more than 90.00%',
      '/user.slice/user-1000.slice/session-3.scope',
    ],
    [
      '/user.slice/user-1000.slice/a b.scope due to memory pressure for /user.slice being 62.10% > 60.00% for > 20s with reclaim activity',
      '/user.slice/user-1000.slice/a b.scope',
    ],
    [
      '/u/a due to memory pressure for /x due to memory pressure for /u being 62.10% > 60.00% for > 20s with reclaim activity',
      '/u/a',
    ],
  ])('tells of %j', (text, cgroup) => {
    expect(oomdVictim(`Killed ${text}`)).toBe(cgroup);
  });

  test.each([
    'Considered 3 cgroups for killing, top candidates were:',
    'Failed to kill any cgroups under /user.slice based on pressure: No such file or directory',
    'Killed /user.slice',
  ])('tells nothing with %j', (line) => {
    expect(oomdVictim(line)).toBeNull();
  });
});

function victim(pid: number, directory = '/home/emo'): readonly string[] {
  return [
    'Victim status (found in 12ms):',
    `  PID:       ${pid}, name: claude, state: S, EUID: 1000, SID: 1200 (bash), lifetime: 5min`,
    '  badness:   800, oom_score:  800, oom_score_adj:  0',
    ...`  cwd realpath: ${directory}`.split('\n'),
    'Memory info, MiB:',
    'Implementing a corrective action:',
  ];
}

function earlyoomKills(lines: readonly string[]): readonly number[] {
  return killsIn(earlyoomStart, readEarlyoomLine, lines);
}

function nohangKills(lines: readonly string[]): readonly number[] {
  return killsIn(nohangStart, readNohangLine, lines);
}

function killsIn<State>(
  start: State,
  read: (state: State, line: string) => DaemonLog<State>,
  lines: readonly string[],
): readonly number[] {
  const kills: number[] = [];
  let state = start;
  for (const line of lines) {
    const next = read(state, line);
    state = next.state;
    if (next.killedPid !== null) kills.push(next.killedPid);
  }
  return kills;
}
