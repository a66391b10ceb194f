import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { expect, test } from 'vitest';
import { asEffectiveUser } from '../../../src/system/programs/launch.ts';
import { canTakeUserIds } from '../../../src/system/programs/own-ids.ts';

test.runIf(process.geteuid?.() === 0)(
  'a program with the effective ids of a user has their groups, no right of root, and is not theirs to trace',
  () => {
    const [uid, gid, groups] = ['-u', '-g', '-G'].map((option) =>
      execFileSync('id', [option, 'games'], { encoding: 'utf8' }).trim(),
    );
    const [file, ...args] = asEffectiveUser({ user: 'games', uid: Number(uid), gid: Number(gid) }, [
      '/bin/cat',
      '/proc/self/status',
    ]);
    const status = execFileSync(file, args, { encoding: 'utf8' });
    // The real, effective, saved and file system ids.
    expect(status).toContain(`\nUid:\t0\t${uid}\t${uid}\t${uid}\n`);
    expect(status).toContain(`\nGid:\t0\t${gid}\t${gid}\t${gid}\n`);
    expect(status).toContain(`\nGroups:\t${groups} \n`);
    expect(status).toContain('\nCapEff:\t0000000000000000\n');
  },
);

test("whether Node takes a user's ids is asked without any change", () => {
  const before = [process.getuid?.(), process.geteuid?.()];
  expect(canTakeUserIds()).toBe(canTakeUserIds());
  expect([process.getuid?.(), process.geteuid?.()]).toEqual(before);
});
