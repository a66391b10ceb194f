import { describe, expect, test } from 'vitest';
import type { CommandResult } from '../../src/system/programs/exec.ts';
import { classifyListing } from '../../src/tmux/list-server.ts';

const server = 'server\t812\t1795231857\n';
const session = 'session\t$3\tR730-cooling\t1795231857\t/home/emo/code\t\t0\t\n';
const pane =
  'pane\t$3\t@4\t1\tinfra\t0\t1\t\t1\tb25d,80x24,0,0,5\t%5\t0\t1\t901\t0\tclaude\t/home/emo/code\t✳ cooling\n';

describe('the answer of tmux', () => {
  test('becomes sessions when every row fits', () => {
    expect(classify({ stdout: server + session + pane })).toEqual({
      kind: 'listed',
      server: { pid: 812, startTime: 1795231857 },
      sessions: [
        {
          name: 'R730-cooling',
          tmuxId: '$3',
          createdAt: '2026-11-21T03:30:57.000Z',
          path: '/home/emo/code',
          sharesWindowsOf: null,
          sharedWindow: null,
          sharedLastWindow: null,
          optedOut: false,
          stamp: null,
          windows: [
            {
              tmuxId: '@4',
              index: 1,
              name: 'infra',
              automaticName: false,
              active: true,
              last: false,
              zoomed: true,
              layout: 'b25d,80x24,0,0,5',
              panes: [
                {
                  index: 0,
                  tmuxId: '%5',
                  active: true,
                  pid: 901,
                  dead: false,
                  command: 'claude',
                  currentPath: '/home/emo/code',
                  title: '✳ cooling',
                },
              ],
            },
          ],
          links: [],
        },
      ],
    });
  });

  test('has the directory of the first pane as that of the session where tmux does not tell it (3.1c)', () => {
    const untold = session.replace('/home/emo/code', '');
    expect(classify({ stdout: server + untold + pane })).toMatchObject({ sessions: [{ path: '/home/emo/code' }] });
  });

  test.each([
    ['exits 0 without rows of sessions', { stdout: server }, { pid: 812, startTime: 1795231857 }],
    [
      'names its server, then has no target',
      failed('no current target\n', server),
      { pid: 812, startTime: 1795231857 },
    ],
    ['has no target for anything', failed('no current target\n'), null],
  ])('is a server without sessions when it %s', (_, result, identity) => {
    expect(classify(result)).toEqual({ kind: 'listed', server: identity, sessions: [] });
  });

  test.each([
    ['missing', 'error connecting to /tmp/tmux-1000/default (No such file or directory)\n', '/tmp/tmux-1000/default'],
    ['stale', 'no server running on /tmp/tmux-1000/default\n', '/tmp/tmux-1000/default'],
    ['stale', 'no server running on /tmp/a (b) c/tmux-1000/work\n', '/tmp/a (b) c/tmux-1000/work'],
  ])('is absence, the socket being %s, only in these words: %s', (socket, stderr, path) => {
    expect(classify(failed(stderr))).toEqual({ kind: 'absent', socket, path });
  });

  test.each(['server exited unexpectedly\n', 'lost server\n', '[lost server]\n', 'server exited\n'])(
    'is to be asked for again after: %s',
    (stderr) => {
      expect(classify(failed(stderr))).toEqual({ kind: 'ask-again', reason: stderr.trim() });
    },
  );

  test.each([
    ['permission', failed('error connecting to /tmp/tmux-1000/default (Permission denied)\n'), 'Permission denied'],
    [
      'refusal by another error',
      failed('error connecting to /tmp/tmux-1000/default (Connection refused)\n'),
      'refused',
    ],
    ['an unsafe directory', failed('directory /tmp/tmux-1000 has unsafe permissions\n'), 'unsafe permissions'],
    ['another protocol', failed('protocol version mismatch (client 8, server 7)\n'), 'another tmux version'],
    ['words before the ones that mean absence', failed('x\nno server running on /tmp/a\n'), 'no server running'],
    ['absence after part of an answer', failed('no server running on /tmp/a\n', server), 'no server running'],
    ['sessions without a target', failed('no current target\n', server + session + pane), 'only in part'],
    ['an unknown option', failed('tmux: unknown option -- u\n'), 'unknown option'],
    ['no words', failed(''), 'exited with 1, without a word'],
    ['no answer in time', { ...failed(''), exitCode: null, failure: 'timeout' as const }, 'did not answer within 5 s'],
    ['no answer in time though its client exits 0', { exitCode: 0, failure: 'timeout' as const }, 'did not answer'],
    ['no tmux', { ...failed(''), exitCode: null, failure: 'not-found' as const }, 'tmux was not found'],
    ['too much output', { stdout: 'x', failure: 'too-much-output' as const }, 'more than is believable'],
    ['an interruption', { ...failed(''), failure: 'aborted' as const }, 'interrupted'],
    ['a kill', { ...failed(''), failure: 'signal' as const }, 'killed'],
    ['a failure to start it', { ...failed('spawn EACCES'), failure: 'other' as const }, 'spawn EACCES'],
    ['nothing at all', { stdout: '' }, 'did not name its server'],
    ['no server row', { stdout: session + pane }, 'did not name its server'],
    ['two server rows', { stdout: server + server }, 'does not fit'],
    ['a session without panes', { stdout: server + session }, 'do not belong together'],
    ['a pane without a session', { stdout: server + pane }, 'do not belong together'],
    ['a pane of another session', { stdout: server + session + pane.replace('$3', '$4') }, 'do not belong together'],
    ['a row that ends early', { stdout: (server + session + pane).slice(0, -1) }, 'does not fit'],
    ['a row too short', { stdout: server + session + pane.replace('\t901', '') }, 'does not fit'],
    ['a row too long', { stdout: server + session + pane.replace('\n', '\tmore\n') }, 'does not fit'],
    ['a session row too long', { stdout: server + session.replace('\n', '\t0\n') + pane }, 'does not fit'],
    ['a row of no kind', { stdout: `${server}hello\n${session}${pane}` }, 'does not fit'],
    ['an empty row', { stdout: `${server}\n${session}${pane}` }, 'does not fit'],
    ['tabs printed as _', { stdout: (server + session + pane).replaceAll('\t', '_') }, 'does not fit'],
    [
      'two sessions of one name',
      { stdout: server + session + session.replace('$3', '$4') + pane + pane.replace('$3', '$4') },
      'do not belong together',
    ],
    ['a session without a name', { stdout: server + session.replace('R730-cooling', '') + pane }, 'does not fit'],
    [
      'a session of the year 33658',
      { stdout: server + session.replace('1795231857', '999999999999') + pane },
      'does not fit',
    ],
    ['a server that is no process', { stdout: server.replace('812', '0') + session + pane }, 'does not fit'],
    ['a byte that no name can have', { stdout: server + session.replace('R730', 'R7\0') + pane }, 'does not fit'],
    ['more panes than anybody has', { stdout: server + session + pane.repeat(10_001) }, 'more than is believable'],
    [
      'more sessions than anybody has',
      {
        stdout:
          server +
          Array.from({ length: 2_001 }, (_, at) =>
            (session + pane).replaceAll('$3', `$${at}`).replace('R730', `R${at}`),
          ).join(''),
      },
      'more than is believable',
    ],
    ['a pid that is none', { stdout: server + session + pane.replace('901', '9e2') }, 'does not fit'],
    ['a flag that is none', { stdout: server + session + pane.replace('\tinfra\t0', '\tinfra\ton') }, 'does not fit'],
  ])('is unknown, never absent, given %s', (_, result, words) => {
    expect(classify(result)).toEqual({ kind: 'unknown', reason: expect.stringContaining(words) });
  });
});

test('a pane without a process has none, whether it was kept or never had one', () => {
  for (const [pid, dead] of [
    ['901', '1'],
    ['0', '1'],
    ['0', '0'],
  ]) {
    const answer = classify({ stdout: server + session + pane.replace('901\t0', `${pid}\t${dead}`) });
    expect(answer).toMatchObject({ sessions: [{ windows: [{ panes: [{ pid: null }] }] }] });
  }
});

test('words of any length come to a line that can be read', () => {
  const said = classify(failed(`${'a'.repeat(100_000)}\n`));
  expect(said).toEqual({ kind: 'unknown', reason: `${'a'.repeat(300)}…` });
});

function classify(result: Partial<CommandResult>) {
  return classifyListing({ command: ['tmux'], exitCode: 0, stdout: '', stderr: '', failure: null, ...result }, 5_000);
}

function failed(stderr: string, stdout = '') {
  return { exitCode: 1, stderr, stdout };
}
