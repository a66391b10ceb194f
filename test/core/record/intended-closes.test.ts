import { expect, test } from 'vitest';
import type { Cause, GoneEntry } from '../../../src/core/manifest.ts';
import { type IntendedClose, withIntendedCloses } from '../../../src/core/record/intended-closes.ts';
import { clock, gone, manifest } from '../../support/builders.ts';

const close: IntendedClose = { name: 'api', socket: null, tmuxId: '$0', at: clock(0) };

test.each<readonly [string, GoneEntry, readonly IntendedClose[], Cause]>([
  ['a person was about to close it', stopped(1), [close], 'closed'],
  ['nobody said so', stopped(1), [], 'server-stopped'],
  ['that was long before', stopped(3), [close], 'server-stopped'],
  ['another session was meant', stopped(1), [{ ...close, name: 'apis' }], 'server-stopped'],
  ['a namesake before it was meant', stopped(1), [{ ...close, tmuxId: '$9' }], 'server-stopped'],
  ['one on another server was meant', stopped(1), [{ ...close, socket: '/run/x' }], 'server-stopped'],
  ['its server was killed', gone('api', 'server-died', { goneAt: clock(1) }), [close], 'server-died'],
  ['it was killed for memory', gone('api', 'killed', { goneAt: clock(1) }), [close], 'killed'],
  ['the host rebooted', gone('api', 'reboot', { goneAt: clock(1) }), [close], 'reboot'],
])('when %s', (_title, entry, closes, cause) => {
  expect(withIntendedCloses(manifest([entry]), closes).sessions).toEqual([{ ...entry, cause }]);
});

function stopped(minute: number): GoneEntry {
  return gone('api', 'server-stopped', { goneAt: clock(minute) });
}
