import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keepGoodRoster, readLastGoodRoster } from '../../src/state/last-good-roster.ts';
import { lastGoodRosterPath } from '../../src/state/state-paths.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';

const good = { path: '/etc/tmux-persist/roster.yaml', text: '%YAML 1.1\n---\nusers:\n  emo:\n' };

describe('the last good roster', () => {
  test('comes back as it was kept, and nobody else may read it', () => {
    const stateDir = join(temporaryDirectory(), 'state');
    expect(readLastGoodRoster(stateDir)).toBeNull();
    keepGoodRoster(stateDir, good);
    expect(readLastGoodRoster(stateDir)).toEqual(good);
    expect(statSync(lastGoodRosterPath(stateDir)).mode & 0o7777).toBe(0o600);
    expect(readFileSync(lastGoodRosterPath(stateDir), 'utf8')).toMatch(/^# .*\/etc\/tmux-persist\/roster\.yaml\n%YAML/);
  });

  test('is written only when it differs, and takes what an interrupted write has left with it', () => {
    const stateDir = temporaryDirectory();
    keepGoodRoster(stateDir, good);
    const { ino } = statSync(lastGoodRosterPath(stateDir));
    writeFileSync(join(stateDir, '.roster.last-good.yaml.999999999.0123456789ab.tmp'), 'users:');
    keepGoodRoster(stateDir, good);
    expect(statSync(lastGoodRosterPath(stateDir)).ino).toBe(ino);
    keepGoodRoster(stateDir, { ...good, text: 'users: { anca: }\n' });
    expect(readLastGoodRoster(stateDir)?.text).toBe('users: { anca: }\n');
    expect(readdirSync(stateDir)).toEqual(['roster.last-good.yaml']);
  });

  test('does not count when somebody else could have written it, or when it is something else', () => {
    const stateDir = temporaryDirectory();
    keepGoodRoster(stateDir, good);
    chmodSync(lastGoodRosterPath(stateDir), 0o666);
    expect(readLastGoodRoster(stateDir)).toBeNull();
    chmodSync(lastGoodRosterPath(stateDir), 0o600);
    writeFileSync(lastGoodRosterPath(stateDir), 'users:\n  eve:\n');
    expect(readLastGoodRoster(stateDir)).toBeNull();
  });
});
