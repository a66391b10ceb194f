import { expect, test } from 'vitest';
import type { Killer } from '../../../src/core/endings.ts';
import { tallyOf } from '../../../src/core/report/status.ts';
import { sampleGone, sampleLive } from '../../state/sample-manifest.ts';

const earlyoom: Killer = { kind: 'daemon', name: 'earlyoom' };

test('the tally counts gone sessions by cause, and killed ones by who killed them or their server', () => {
  const sessions = [
    sampleLive(),
    sampleGone({ name: 'a', cause: 'killed', killer: earlyoom }),
    sampleGone({ name: 'b', cause: 'killed', killer: earlyoom }),
    sampleGone({ name: 'c', cause: 'killed' }),
    sampleGone({ name: 'd', cause: 'killed', killer: { kind: 'limit', cgroup: '/tmux-spawn-1.scope', limitMib: 1 } }),
    sampleGone({ name: 'e', cause: 'server-died', killer: { kind: 'host' } }),
    sampleGone({ name: 'f', cause: 'server-died' }),
    sampleGone({ name: 'g', cause: 'closed' }),
  ];
  expect(tallyOf(sessions)).toEqual({
    live: 1,
    gone: { killed: 4, 'server-died': 2, closed: 1 },
    killedBy: { earlyoom: 2, unknown: 1, 'own-limit': 1, host: 1 },
  });
  expect(tallyOf([])).toEqual({ live: 0, gone: {}, killedBy: {} });
});
