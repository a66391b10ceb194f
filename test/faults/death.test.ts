import { expect, test } from 'vitest';
import { aftermathOfDeath } from './support/aftermath.ts';
import { applyAfterCrash, applyBesideLive } from './support/apply-scenes.ts';
import {
  deathAtEveryCall,
  deathAtEveryChange,
  deathBeforeAnyEffect,
  thinned,
  type Choice,
} from './support/choose-points.ts';
import { fewestPoints, isWhole, report, timeoutMs } from './support/extent.ts';
import { changedSave, firstSave, importingSave, pruningSave } from './support/save-scenes.ts';
import type { Scene } from './support/scene.ts';
import { applyForTwo } from './support/shared-scene.ts';
import { strikeAll } from './support/strike-all.ts';
import { theProgram } from './support/subjects.ts';

interface Case {
  readonly scene: Scene;
  readonly where: string;
  readonly choose: Choice;
}

const everyCall = { where: 'at every call', choose: deathAtEveryCall };
const everyChange = { where: 'at every change', choose: deathAtEveryChange };
/** Enough to notice when something has got worse, within the time that everybody has. */
const someChanges = {
  where: 'at some changes',
  choose: (calls) => thinned(deathAtEveryChange(calls), 9),
} satisfies Partial<Case>;

const whole: readonly Case[] = [
  { scene: changedSave, where: 'before anything is done', choose: deathBeforeAnyEffect },
  { scene: changedSave, ...everyCall },
  { scene: firstSave, ...everyChange },
  { scene: pruningSave, ...everyChange },
  { scene: importingSave, ...everyChange },
  { scene: applyAfterCrash, ...everyCall },
  { scene: applyBesideLive, ...everyChange },
  { scene: applyForTwo, ...everyChange },
];

const bounded: readonly Case[] = [
  { scene: changedSave, ...someChanges },
  { scene: applyAfterCrash, ...someChanges },
];

const cases = (isWhole ? whole : bounded).map((one) => [one.scene.name, one.where, one] as const);

test.each(cases)(
  '%s: killed %s, it loses nothing, and the next run brings about what it was to',
  async (_, __, { scene, where, choose }) => {
    const tally = await strikeAll({ scene, subject: theProgram, choose, examine: aftermathOfDeath });
    report(`${scene.name}, killed ${where}`, tally);
    expect(tally.lost).toEqual([]);
    expect(tally.points).toBeGreaterThan(fewestPoints);
    expect(tally.missed).toEqual([]);
  },
  timeoutMs,
);
