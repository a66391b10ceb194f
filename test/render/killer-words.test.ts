import { describe, expect, test } from 'vitest';
import { type Killer, killerDaemons } from '../../src/core/endings.ts';
import { localClock } from '../../src/render/text/clock.ts';
import { killerDocument } from '../../src/render/killer-words.ts';
import { lossWords } from '../../src/render/loss-words.ts';

const user = '/user.slice/user-1000.slice';
const pane = `${user}/user@1000.service/tmux.slice/tmux-spawn-3f36c85e-0000-4000-8000-000000000001.scope`;

describe('who killed a process is told', () => {
  test.each<[string, Killer, string]>([
    ['by the limit of its pane', limit(pane, 6144), 'by its own limit of 6 GiB'],
    ['by the limit of its pane, which nobody knows any more', limit(pane, null), 'by its own limit'],
    [
      'by the limit of its server',
      limit(`${user}/user@1000.service/app.slice/tmux-server-1.service`, 8192),
      'by the limit of its server, 8 GiB',
    ],
    [
      'by the limit of its server of the host',
      limit('/system.slice/tmux-server-emo.service', null),
      'by the limit of its server',
    ],
    ['by the limit of the slice of its user', limit(user, 16_384), 'by the limit of its user, 16 GiB'],
    ["by the limit of its user's manager", limit(`${user}/user@1000.service`, null), 'by the limit of its user'],
    ['by the limit of a service', limit('/system.slice/ttyd.service', 512), 'by the limit of ttyd.service, 512 MiB'],
    ['by the limit of all users', limit('/user.slice', null), 'by the limit of user.slice'],
    ['by the limit of a container', limit('/', 2048), 'by the limit of a control group, 2 GiB'],
    [
      'by the limit of what is only called like a pane',
      limit('/tmux-spawn-.scope', 1),
      'by the limit of tmux-spawn-.scope, 1 MiB',
    ],
    ['by the limit of what is only called like a user', limit('/user-x.slice', null), 'by the limit of user-x.slice'],
    ['by the limit of something below a pane', limit(`${pane}/build`, 1024), 'by the limit of build, 1 GiB'],
    ['by the kernel', { kind: 'host' }, 'by the kernel: the host had no memory'],
    ['by earlyoom', { kind: 'daemon', name: 'earlyoom' }, 'by earlyoom'],
    ['by systemd-oomd', { kind: 'daemon', name: 'systemd-oomd' }, 'by systemd-oomd'],
    ['by nohang', { kind: 'daemon', name: 'nohang' }, 'by nohang'],
  ])('%s', (_title, killer, words) => {
    expect(told(killer)).toBe(`killed 14:02 ${words}`);
  });

  test('with the day when it was on another one', () => {
    expect(told({ kind: 'host' }, '2026-11-18T14:02:00.000Z')).toBe(
      'killed 2026-11-18 14:02 by the kernel: the host had no memory',
    );
  });

  test('with no character of a foreign name that could move or hide anything', () => {
    expect(told(limit('/a\u001B[2J\nb\u202E', null))).toBe(String.raw`killed 14:02 by the limit of a\x1b[2J\nb\u202e`);
  });
});

test.each([
  [0, '0 MiB'],
  [100, '100 MiB'],
  [512, '512 MiB'],
  [1024, '1 GiB'],
  [1100, '1100 MiB'],
  // systemd makes 1228.8 MiB of `MemoryMax=1.2G`.
  [1228, '1.2 GiB'],
  [1229, '1.2 GiB'],
  [1230, '1230 MiB'],
  [1536, '1.5 GiB'],
  [6143, '6143 MiB'],
  [6144, '6 GiB'],
  [102_400, '100 GiB'],
])('a limit of %i MiB is %s', (mib, words) => {
  expect(told(limit(pane, mib))).toBe(`killed 14:02 by its own limit of ${words}`);
});

describe('in JSON a killer', () => {
  test.each<[Killer, ReturnType<typeof killerDocument>]>([
    [limit(pane, 6144), { by: 'own-limit', cgroup: pane, limitMib: 6144 }],
    [
      limit('/a/tmux-server-1.service', null),
      { by: 'server-limit', cgroup: '/a/tmux-server-1.service', limitMib: null },
    ],
    [limit(user, 16_384), { by: 'user-limit', cgroup: user, limitMib: 16_384 }],
    [limit('/system.slice', 1), { by: 'limit', cgroup: '/system.slice', limitMib: 1 }],
    [{ kind: 'host' }, { by: 'host', cgroup: null, limitMib: null }],
  ])('%j is %j', (killer, document) => {
    expect(killerDocument(killer)).toEqual(document);
  });

  test.each(killerDaemons)('that is a program is called %s', (name) => {
    expect(killerDocument({ kind: 'daemon', name })).toEqual({ by: name, cgroup: null, limitMib: null });
  });
});

function limit(cgroup: string, limitMib: number | null): Killer {
  return { kind: 'limit', cgroup, limitMib };
}

function told(killer: Killer, at = '2026-11-20T14:02:00.000Z'): string {
  const time = localClock(() => 0).brief(at, '2026-11-20T20:00:00.000Z');
  return lossWords({ cause: 'killed', killer }, { time });
}
