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
    const box = sandbox();
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
