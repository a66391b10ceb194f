import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type LastApply, parseLastApply, readLastApply, writeLastApply } from '../../src/state/last-apply.ts';
import { lastApplyPath, userDirectory } from '../../src/state/state-paths.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';
import { withoutRoot } from '../system/without-root.ts';
import { sampleAccount } from './sample-manifest.ts';

const applied: LastApply = {
  formatVersion: 1,
  time: '2026-11-20T14:00:00.000Z',
  outcomes: { created: 2, 'created-without-conversation': 2, resumed: 1, 'already-live': 3, failed: 0, deferred: 4 },
};

describe("what is kept of a user's last apply", () => {
  test('reads back as it was written, and is replaced by the next one', () => {
    const stateDir = temporaryDirectory();
    expect(readLastApply(stateDir, 'emo')).toBeNull();
    writeLastApply(stateDir, sampleAccount, { ...applied, time: '2026-11-20T13:00:00.000Z' });
    writeLastApply(stateDir, sampleAccount, applied);
    expect(readLastApply(stateDir, 'emo')).toEqual(applied);
    expect(statSync(lastApplyPath(stateDir, 'emo')).mode & 0o777).toBe(0o600);
    expect(readdirSync(userDirectory(stateDir, 'emo')).toSorted()).toEqual(['last-apply.json', 'snapshots']);
  });

  test.each(['', '{', 'null', '[]', '{}', '{"formatVersion":2}', '{"formatVersion":1,"time":"now","outcomes":{}}'])(
    'is as good as nothing when the file holds %j',
    (text) => {
      const stateDir = temporaryDirectory();
      mkdirSync(userDirectory(stateDir, 'emo'), { recursive: true });
      writeFileSync(lastApplyPath(stateDir, 'emo'), text);
      expect(readLastApply(stateDir, 'emo')).toBeNull();
    },
  );

  test('is not taken for nothing where the system does not let it be read', () => {
    const stateDir = temporaryDirectory();
    writeLastApply(stateDir, sampleAccount, applied);
    chmodSync(lastApplyPath(stateDir, 'emo'), 0);
    chmodSync(userDirectory(stateDir, 'emo'), 0o755);
    withoutRoot(stateDir);
    expect(() => readLastApply(stateDir, 'emo')).toThrow(/permission denied/);
  });

  test('counts as none what is missing, or is no count', () => {
    const outcomes = {
      created: 2,
      'created-without-conversation': 2,
      resumed: '1',
      'already-live': -3,
      failed: 0.5,
      eaten: 7,
    };
    expect(parseLastApply(JSON.stringify({ ...applied, outcomes }))).toEqual({
      ...applied,
      outcomes: {
        created: 2,
        'created-without-conversation': 2,
        resumed: 0,
        'already-live': 0,
        failed: 0,
        deferred: 0,
      },
    });
  });
});
