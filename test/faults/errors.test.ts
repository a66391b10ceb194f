import { expect, test } from 'vitest';
import { applyAfterCrash } from './support/apply-scenes.ts';
import { errorAtEveryCall, errorAtEveryChange, thinned, type Choice } from './support/choose-points.ts';
import { aftermathOfError } from './support/error-aftermath.ts';
import { fewestPoints, isWhole, report, timeoutMs } from './support/extent.ts';
import { changedSave, importingSave, pruningSave } from './support/save-scenes.ts';
import type { Scene } from './support/scene.ts';
import { strikeAll } from './support/strike-all.ts';
import { theProgram } from './support/subjects.ts';

interface Case {
  readonly scene: Scene;
  readonly what: string;
  readonly choose: Choice;
}

const everyError = { what: 'every error at every call', choose: errorAtEveryCall };
const oneError = { what: 'an error at every change', choose: errorAtEveryChange };

const someErrors = {
  what: 'an error at some changes',
  choose: (calls) => thinned(errorAtEveryChange(calls), 9),
} satisfies Partial<Case>;

const whole: readonly Case[] = [
  { scene: changedSave, ...everyError },
  { scene: pruningSave, ...oneError },
  { scene: importingSave, ...oneError },
  { scene: applyAfterCrash, ...oneError },
];

const bounded: readonly Case[] = [{ scene: changedSave, ...someErrors }];

const cases = (isWhole ? whole : bounded).map((one) => [one.scene.name, one.what, one] as const);

test.each(cases)(
  '%s: with %s, it says so, tells the truth by its exit status, and damages nothing',
  async (_, __, { scene, what, choose }) => {
    const tally = await strikeAll({ scene, subject: theProgram, choose, examine: aftermathOfError });
    report(`${scene.name}, ${what}`, tally);
    expect(tally.lost).toEqual([]);
    expect(tally.points).toBeGreaterThan(fewestPoints);
    expect(tally.missed).toEqual([]);
  },
  timeoutMs,
);
