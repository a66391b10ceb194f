import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeMetricsFile } from '../../src/state/metrics-file.ts';
import { metricsDirectory, metricsPath } from '../../src/state/state-paths.ts';
import { StateWriteError } from '../../src/system/errors.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';

describe('the metrics file', () => {
  test('can be read by everybody, and is replaced whole', () => {
    const stateDir = temporaryDirectory();
    const umask = process.umask(0o077);
    try {
      writeMetricsFile(stateDir, 'a 1\n');
      writeMetricsFile(stateDir, 'a 2\n');
    } finally {
      process.umask(umask);
    }
    expect(readFileSync(metricsPath(stateDir), 'utf8')).toBe('a 2\n');
    expect(statSync(metricsPath(stateDir)).mode & 0o7777).toBe(0o644);
    expect(readdirSync(metricsDirectory(stateDir))).toEqual(['tmux-persist.prom']);
  });

  test.runIf(process.geteuid?.() === 0)('is in a directory that everybody may enter, when root writes it', () => {
    const stateDir = join(temporaryDirectory(), 'state');
    writeMetricsFile(stateDir, 'a 1\n');
    expect(statSync(stateDir).mode & 0o7777).toBe(0o755);
    expect(statSync(metricsDirectory(stateDir)).mode & 0o7777).toBe(0o755);
  });

  test('takes the leftovers of writers along that were killed, and nothing else', () => {
    const stateDir = temporaryDirectory();
    writeMetricsFile(stateDir, 'a 1\n');
    const place = (name: string, ageMs: number): void => {
      const path = join(metricsDirectory(stateDir), name);
      writeFileSync(path, 'half');
      utimesSync(path, new Date(), new Date(Date.now() - ageMs));
    };
    const alive = `.tmux-persist.prom.${process.ppid}.0123456789ab.tmp`;
    place(alive, 0);
    place(`.tmux-persist.prom.${process.ppid}.ba9876543210.tmp`, 3_600_000);
    place('.tmux-persist.prom.4194305.0123456789ab.tmp', 0);
    place('other.prom', 3_600_000);
    writeMetricsFile(stateDir, 'a 2\n');
    expect(readdirSync(metricsDirectory(stateDir)).toSorted()).toEqual([alive, 'other.prom', 'tmux-persist.prom']);
  });

  test('that cannot be written is an error with the path', () => {
    const stateDir = temporaryDirectory();
    writeFileSync(metricsDirectory(stateDir), 'in the way');
    expect(() => writeMetricsFile(stateDir, '')).toThrow(StateWriteError);
    const other = temporaryDirectory();
    mkdirSync(metricsPath(other), { recursive: true });
    expect(() => writeMetricsFile(other, '')).toThrow(/cannot write .*\/metrics\/tmux-persist\.prom: /);
  });
});
