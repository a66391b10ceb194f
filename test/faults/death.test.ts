import { expect, test } from 'vitest';
import { appendFileSync } from 'node:fs';
import { aftermathOfDeath } from './support/death.ts';
import { applyAfterCrash, applyBesideLive } from './support/apply-scenes.ts';
import { deathAtEveryChange } from './support/choose-points.ts';
import { strikeAll } from './support/strike-all.ts';

test.each([applyAfterCrash, applyBesideLive])('x', async (scene) => {
  const t = Date.now();
  const tally = await strikeAll({
    scene,
    choose: deathAtEveryChange,
    examine: ({ box, scene, reference }) => aftermathOfDeath(box, scene, reference),
  });
  appendFileSync('/tmp/ft/res', `${scene.name}: ${tally.points} points, ${tally.lost.length} lost, ${tally.missed} ${ Date.now() - t}\n${tally.lost.join('\n')}\n`);
  expect(tally.lost).toEqual([]);
}, 1_000_000);
