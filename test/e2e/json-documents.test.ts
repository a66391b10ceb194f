import { describe, expect, test } from 'vitest';
import { sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { snapshotIds, storedManifest } from '../support/stored-record.ts';

const commands: readonly (readonly [string, (box: Sandbox) => readonly string[], object])[] = [
  ['plan', () => ['plan'], { pending: true, complete: true, units: [], summary: { create: 1 } }],
  [
    'apply',
    () => ['apply'],
    {
      complete: true,
      summary: { created: 1, failed: 0 },
      users: [{ actions: [{ session: 'notes', outcome: 'created', as: 'notes', message: null }] }],
    },
  ],
  ['restore', () => ['restore'], { complete: true, summary: { created: 1 } }],
  ['save', () => ['save'], { complete: true, users: [{ result: 'saved', reason: null, live: 0, gone: 1 }] }],
  [
    'status',
    () => ['status'],
    { complete: true, users: [{ inRoster: true, observation: 'absent', sessions: { pending: 1 } }] },
  ],
  ['snapshots', (box) => ['snapshots', box.user], { snapshots: [{ valid: true, reason: null, live: 1, gone: 0 }] }],
  ['show', (box) => ['show', box.user], { manifest: { sessions: [{ name: 'notes', state: 'live' }] } }],
  ['history', (box) => ['history', box.user], {}],
  ['doctor', () => ['doctor'], { findings: expect.arrayContaining([expect.objectContaining({ severity: 'ok' })]) }],
];

describe('--json', () => {
  test.each(commands)('of %s is one document with its version and kind, alone on stdout', (kind, command, content) => {
    const box = sandbox({ savesByCron: true });
    box.tmux('new-session', '-d', '-s', 'notes', '-c', box.home);
    box.persist('save');
    box.killServer();
    const { exitCode, stdout, stderr } = box.persist(...command(box), '--json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ formatVersion: 1, kind, ...content });
    expect(stdout.endsWith('}\n')).toBe(true);
  });

  test('of show holds the whole record, and --tsv the columns of the predecessor', () => {
    const box = sandbox();
    box.tmux('new-session', '-d', '-s', 'notes', '-c', box.directory('code'));
    box.persist('save');
    const [id] = snapshotIds(box);
    const shown: unknown = JSON.parse(box.persist('show', box.user, '--json').stdout);
    expect(shown).toMatchObject({ snapshot: id, manifest: storedManifest(box) });
    expect(box.persist('show', box.user, '--tsv').stdout).toBe(`notes\t${box.home}/code\t\n`);
    expect(box.persist('show', box.user, id ?? '').stdout).toBe(box.persist('show', box.user).stdout);
  });
});

describe('an error with --json', () => {
  test.each([
    [['plan', 'nobody-here'], 'user "nobody-here" is not in the roster'],
    [['plan', '--sesion'], '--sesion is not an option'],
    [['aply'], '"aply" is not a command'],
    [['history', '--since', 'soon'], '--since "soon" is no time'],
  ])('of %j is a document, too', (args, words) => {
    const { exitCode, stdout } = sandbox().persist(...args, '--json');
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      formatVersion: 1,
      kind: 'error',
      exitStatus: 2,
      errors: expect.arrayContaining([{ message: expect.stringContaining(words) }]),
    });
  });
});

test('a time names a snapshot, history begins where it is told, and forget takes a pattern', () => {
  const box = sandbox();
  for (const name of ['job-1', 'job-2', 'notes']) box.tmux('new-session', '-d', '-s', name, '-c', box.home);
  box.persist('save');
  box.tmux('kill-session', '-t', '=job-1');
  box.tmux('kill-session', '-t', '=job-2');
  box.persist('save');
  const [newest] = snapshotIds(box);
  expect(JSON.parse(box.persist('show', box.user, '0s', '--json').stdout)).toMatchObject({ snapshot: newest });
  expect(box.persist('show', box.user, '2001-01-01')).toMatchObject({ exitCode: 2 });
  expect(box.persist('history', box.user, '--since', '1h').stdout).toContain('job-1');
  expect(box.persist('history', box.user, '--since', '0s').stdout).toBe('');
  expect(box.persist('forget', box.user, 'job-*').stdout).toBe(
    `${box.user}: forgot job-1\n${box.user}: forgot job-2\n`,
  );
  expect(box.persist('plan', box.user).stdout).toContain('· 2 held: forgotten');
});
