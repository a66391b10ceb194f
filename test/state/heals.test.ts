import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type HealRecord, type HealRecords, noHeals } from '../../src/core/heal/heal-records.ts';
import { parseHeals, readHeals, writeHeals } from '../../src/state/heals.ts';
import { healsPath, userDirectory } from '../../src/state/state-paths.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';
import { withoutRoot } from '../system/without-root.ts';
import { sampleAccount } from './sample-manifest.ts';

const nowMs = Date.parse('2026-11-20T14:00:00.000Z');
const heal: HealRecord = {
  at: '2026-11-20T13:50:00.000Z',
  name: 'R730-cooling',
  as: 'R730-cooling-1350',
  socket: '/run/emo/tmux',
  conversations: [{ agent: 'claude', id: '3f36c85e' }],
  reason: 'host-memory',
  outcome: 'created-without-conversation',
  message: 'claude did not start',
};
const records: HealRecords = {
  heals: [heal, { ...heal, name: 'notes', as: 'notes', socket: null, outcome: null, message: null }],
  held: [
    { name: 'notes', socket: null, why: 'healed-lately', until: '2026-11-20T14:50:00.000Z' },
    { name: 'x', socket: '/run/emo/tmux', why: 'memory', until: null },
  ],
};

describe('what is kept of the heals of a user', () => {
  test('reads back as it was written, and is as private as the other records', () => {
    const stateDir = temporaryDirectory();
    expect(readHeals(stateDir, 'emo')).toEqual(noHeals);
    writeHeals(stateDir, sampleAccount, records, nowMs);
    expect(readHeals(stateDir, 'emo')).toEqual(records);
    expect(statSync(healsPath(stateDir, 'emo')).mode & 0o777).toBe(0o600);
  });

  test('is written within its bounds', () => {
    const stateDir = temporaryDirectory();
    const long = { ...heal, message: 'x'.repeat(5000) };
    writeHeals(
      stateDir,
      sampleAccount,
      { heals: [{ ...heal, at: '2026-11-18T13:50:00.000Z' }, long], held: [] },
      nowMs,
    );
    const kept = readHeals(stateDir, 'emo').heals;
    expect(kept).toEqual([{ ...heal, message: 'x'.repeat(1000) }]);
  });

  test.each(['', '{', 'null', '[]', '{}', '{"formatVersion":2,"heals":[],"held":[]}', '{"formatVersion":1,"heals":5}'])(
    'is as good as nothing when the file holds %j',
    (text) => {
      const stateDir = temporaryDirectory();
      mkdirSync(userDirectory(stateDir, 'emo'), { recursive: true });
      writeFileSync(healsPath(stateDir, 'emo'), text);
      expect(readHeals(stateDir, 'emo')).toEqual(noHeals);
    },
  );

  test.each(['at', 'name', 'reason'])('leaves out a heal without %s, and keeps the others', (key) => {
    const damaged = { ...heal, [key]: 7 };
    expect(parseHeals(JSON.stringify({ formatVersion: 1, heals: [damaged, heal], held: [] })).heals).toEqual([heal]);
  });

  test('takes an outcome that it does not know for one that nobody noted', () => {
    const later = { ...heal, outcome: 'beamed-up', conversations: [{ agent: 'claude' }, 7] };
    expect(
      parseHeals(JSON.stringify({ formatVersion: 1, heals: [later], held: [{ name: 'x', why: 'moon' }] })),
    ).toEqual({
      heals: [{ ...heal, outcome: null, conversations: [] }],
      held: [],
    });
  });

  test('is not taken for nothing where the system does not let it be read', () => {
    const stateDir = temporaryDirectory();
    writeHeals(stateDir, sampleAccount, records, nowMs);
    chmodSync(healsPath(stateDir, 'emo'), 0);
    chmodSync(userDirectory(stateDir, 'emo'), 0o755);
    withoutRoot(stateDir);
    expect(() => readHeals(stateDir, 'emo')).toThrow(/permission denied/);
  });
});
