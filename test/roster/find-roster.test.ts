import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultRosterPaths, findRoster } from '../../src/roster/load-roster.ts';

let directory = '';
let defaultPaths: readonly [string, string] = ['', ''];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'roster-'));
  defaultPaths = [join(directory, 'roster.yaml'), join(directory, 'ttyd-user-map')];
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('the roster that is used', () => {
  test('is the flag, before the environment and the default places', () => {
    for (const path of defaultPaths) writeFileSync(path, '');
    const env = { TMUX_PERSIST_ROSTER: '/from/env' };
    expect(findRoster({ flag: '/from/flag', env, defaultPaths })).toBe('/from/flag');
    expect(findRoster({ flag: null, env, defaultPaths })).toBe('/from/env');
    expect(findRoster({ flag: null, env: {}, defaultPaths })).toBe(defaultPaths[0]);
  });

  test('is the user map when there is no roster.yaml, and none when there is neither', () => {
    expect(findRoster({ flag: null, env: {}, defaultPaths })).toBeNull();
    writeFileSync(defaultPaths[1], '');
    expect(findRoster({ flag: null, env: {}, defaultPaths })).toBe(defaultPaths[1]);
  });

  test('is not looked for elsewhere when the flag is empty, but is when the variable is', () => {
    writeFileSync(defaultPaths[0], '');
    expect(findRoster({ flag: '', env: {}, defaultPaths })).toBe('');
    expect(findRoster({ flag: null, env: { TMUX_PERSIST_ROSTER: '' }, defaultPaths })).toBe(defaultPaths[0]);
  });

  test('is a default place that is there but broken, so that reading it fails aloud', () => {
    symlinkSync(join(directory, 'gone'), defaultPaths[0]);
    writeFileSync(defaultPaths[1], '');
    expect(findRoster({ flag: null, env: {}, defaultPaths })).toBe(defaultPaths[0]);
  });

  test('is looked for in /etc by default', () => {
    expect(defaultRosterPaths).toEqual(['/etc/tmux-persist/roster.yaml', '/etc/ttyd-user-map']);
  });
});
