import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { actionsOf, planOf } from '../support/plan-document.ts';
import { snapshotFile, snapshotIds } from '../support/stored-record.ts';
import { sessionNames } from '../support/world.ts';

const damages: readonly (readonly [string, (text: string) => string, string])[] = [
  ['is empty', () => '', 'it is empty (0 bytes)'],
  ['is cut off', (text) => text.slice(0, text.length / 2), 'it is truncated after'],
  ['is of a newer format', (text) => text.replace('"formatVersion": 1', '"formatVersion": 99'), 'a newer tmux-persist'],
  ['has another content than its digest', (text) => text.replaceAll('tripit', 'trapit'), 'its digest does not match'],
  ['is not JSON', () => '\u0000\u0001 garbage', 'it is not JSON'],
  ['is JSON of something else', () => '[]', 'the document must be object'],
];

describe('a newest snapshot that', () => {
  test.each(damages)('%s is passed over with a warning, and kept as it is', (_, damage, words) => {
    const box = withTwoSnapshots();
    const path = snapshotFile(box);
    const [damagedId, olderId] = snapshotIds(box);
    const damaged = damage(readFileSync(path, 'utf8'));
    writeFileSync(path, damaged);
    box.killServer();

    const planned = box.persist('plan');
    expect(planned.exitCode).toBe(0);
    expect(planned.stderr).toContain(`warning: ${box.user}: snapshot ${damagedId} is passed over: `);
    expect(planned.stderr).toContain(words);
    expect(planned.stdout).toContain(`snapshot ${olderId}\n  + notes `);

    expect(box.persist('apply').exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['notes']);
    expect(readFileSync(path, 'utf8')).toBe(damaged);
    expect((snapshotIds(box)[0] ?? '') > (damagedId ?? '')).toBe(true);
    expect(box.persist('plan').stderr).toBe('');
  });
});

describe('when every snapshot is damaged', () => {
  test('the view that is kept for the predecessor still brings the sessions back', () => {
    const box = withTwoSnapshots();
    for (const id of snapshotIds(box)) writeFileSync(snapshotFile(box, id), '');
    box.killServer();

    const applied = box.persist('apply');
    expect(applied.exitCode).toBe(0);
    expect(applied.stderr.match(/is passed over/g)).toHaveLength(2);
    expect(sessionNames(box)).toEqual(['notes', 'tripit']);
  });

  test('and nothing else is left, it is said, nothing is overwritten, and a save starts a new record', () => {
    const box = withTwoSnapshots();
    const damaged = snapshotIds(box);
    for (const id of damaged) writeFileSync(snapshotFile(box, id), 'garbage');
    rmSync(join(box.stateDirectory, `${box.user}.tsv`));

    expect(actionsOf(planOf(box))).toEqual(['notes: live', 'tripit: live']);
    expect(box.persist('save').stdout).toMatch(/: saved \S+, 2 live\n$/);
    for (const id of damaged) expect(readFileSync(snapshotFile(box, id), 'utf8')).toBe('garbage');
    expect(snapshotIds(box)).toHaveLength(3);

    const listed = box.persist('snapshots', box.user);
    expect(listed.exitCode).toBe(0);
    expect(listed.stdout.match(/it is not JSON/g)).toHaveLength(2);
    expect(box.persist('show', box.user, damaged[0] ?? '')).toMatchObject({ exitCode: 2, stdout: '' });
  });
});

describe('a heartbeat that is damaged', () => {
  test('hinders nothing and is written anew', () => {
    const box = withTwoSnapshots();
    const path = join(box.stateDirectory, 'users', box.user, 'last-save.json');
    writeFileSync(path, '{"formatVersion": 1, "time":');
    expect(box.persist('status').exitCode).toBe(0);
    expect(box.persist('save').exitCode).toBe(0);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ result: 'unchanged' });
  });
});

/** `notes` in the older snapshot, `notes` and `tripit` in the newer one. */
function withTwoSnapshots(): Sandbox {
  const box = sandbox();
  for (const name of ['notes', 'tripit']) {
    box.tmux('new-session', '-d', '-s', name, '-c', box.home);
    box.persist('save');
  }
  return box;
}
