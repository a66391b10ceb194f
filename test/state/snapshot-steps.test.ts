import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readSteps } from '../../src/state/snapshot-steps.ts';
import { writeSnapshot } from '../../src/state/snapshot-store.ts';
import { snapshotPath } from '../../src/state/state-paths.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';
import { sampleAccount, sampleManifest } from './sample-manifest.ts';

const times = ['2026-11-20T13:00:00.000Z', '2026-11-20T14:00:00.000Z', '2026-11-20T15:00:00.000Z'];

test('each snapshot stands beside the valid one before it, newest first, and damaged ones in their place', () => {
  const { stateDir, ids } = stored();
  writeFileSync(snapshotPath(stateDir, 'emo', ids[1] ?? ''), '');
  expect(stepsIn(stateDir)).toEqual([
    [ids[2], times[0]],
    [ids[1], 'damaged'],
    [ids[0], null],
  ]);
});

test('nothing is before the oldest one, also where the newest are damaged', () => {
  const { stateDir, ids } = stored();
  for (const id of ids.slice(1)) writeFileSync(snapshotPath(stateDir, 'emo', id), '');
  expect(stepsIn(stateDir)).toEqual([
    [ids[2], 'damaged'],
    [ids[1], 'damaged'],
    [ids[0], null],
  ]);
});

test('there are none before the first save', () => {
  expect(stepsIn(temporaryDirectory())).toEqual([]);
});

function stored(): { readonly stateDir: string; readonly ids: readonly string[] } {
  const stateDir = temporaryDirectory();
  const ids = times.map((takenAt) =>
    writeSnapshot(stateDir, sampleAccount, { ...sampleManifest(), takenAt }, new Date(takenAt)),
  );
  return { stateDir, ids };
}

/** The id of each step, with the time of the record before it. */
function stepsIn(stateDir: string): readonly (readonly [string, string | null])[] {
  return Array.from(readSteps(stateDir, 'emo'), (step) => [
    step.id,
    step.kind === 'damaged' ? 'damaged' : (step.before?.takenAt ?? null),
  ]);
}
