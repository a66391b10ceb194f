import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkResumable, transcriptsNearCleanup } from '../../../src/agents/claude/resumable.ts';
import { boundedFiles } from '../../../src/agents/user-files.ts';
import type { AgentLaunch } from '../../../src/core/conversation.ts';
import { claudeHome, type ClaudeHome } from '../../support/claude-home.ts';

const a = 'aaaaaaaa-0000-4000-8000-000000000001';
const b = 'bbbbbbbb-0000-4000-8000-000000000002';
const c = 'cccccccc-0000-4000-8000-000000000003';
const nowMs = Date.now();
const dayMs = 86_400_000;

describe('a conversation', () => {
  test('with a transcript, a directory and nobody who holds it can be resumed', () => {
    const { box, launch } = prepared();
    expect(check(box, launch)).toEqual({ kind: 'resumable' });
  });

  test('whose transcript was removed is gone', () => {
    const { box, launch } = prepared();
    expect(check(box, launch, b)).toEqual({ kind: 'gone', reason: 'its transcript was removed' });
  });

  test('that was last spoken to before the clean-up age is gone for that reason', () => {
    const { box, launch } = prepared();
    box.write('.claude/history.jsonl', prompt(b, 50) + prompt(b, 40) + prompt(c, 1));
    expect(check(box, launch, b)).toEqual({
      kind: 'gone',
      reason: 'its transcript was cleaned up: Claude Code removes them after 30 days (cleanupPeriodDays)',
    });
    expect(check(box, launch, c)).toEqual({ kind: 'gone', reason: 'its transcript was removed' });
    box.write('.claude/settings.json', '{"cleanupPeriodDays":60}');
    expect(check(box, launch, b)).toEqual({ kind: 'gone', reason: 'its transcript was removed' });
  });

  test('with an empty transcript cannot be resumed', () => {
    const { box, launch, path } = prepared();
    box.write(path.slice(box.home.length), '');
    expect(check(box, launch)).toMatchObject({ kind: 'gone' });
  });

  test("with another user's transcript cannot be resumed", () => {
    const { box, launch } = prepared();
    const files = boundedFiles(box.files.uid + 1, box.home);
    expect(checkResumable({ id: a, launch }, files, nowMs)).toEqual({
      kind: 'gone',
      reason: 'its transcript is empty, or not a regular file of its user',
    });
  });

  test('whose directory is missing cannot be resumed', () => {
    const { box, launch } = prepared();
    box.transcript(a, { cwd: '/no/such' });
    const directory = '/no/such';
    expect(check(box, { ...launch, directory })).toEqual({
      kind: 'gone',
      reason: 'its directory /no/such cannot be entered',
    });
  });

  test('of another directory can be resumed only by a version that looks in all of them', () => {
    const { box, launch } = prepared();
    box.transcript(b, { cwd: '/begun/here', version: '2.1.215' });
    expect(check(box, launch, b)).toEqual({
      kind: 'gone',
      reason: `its transcript belongs to /begun/here, not to ${launch.directory}`,
    });
    box.transcript(c, { cwd: '/begun/here', version: '2.1.240' });
    expect(check(box, launch, c)).toEqual({ kind: 'resumable' });
  });

  test('that a living process holds is live elsewhere', () => {
    const { box, launch } = prepared();
    box.record(process.pid, {
      pid: process.pid,
      sessionId: a,
      procStart: ownStartTime(),
      version: '2.1.329',
      kind: 'bg',
    });
    expect(check(box, launch)).toEqual({ kind: 'live-elsewhere', pid: process.pid });
  });

  test.each([
    ['an earlier process of the same pid', process.pid, { procStart: '1' }],
    ['a process that has ended', 4_194_999, { procStart: '1' }],
    ['a version that tells no start time', process.pid, {}],
  ])('is not held by %s', (_, pid, fields) => {
    const { box, launch } = prepared();
    box.record(pid, { pid, sessionId: a, version: '2.1.329', ...fields });
    expect(check(box, launch)).toEqual({ kind: 'resumable' });
  });

  test('is not held by what a record of another name says', () => {
    const { box, launch } = prepared();
    const text = JSON.stringify({ pid: process.pid, sessionId: a, procStart: ownStartTime() });
    for (const name of ['1.json', `${process.pid}.abcdef.key`, `${process.pid}.json.bak`]) {
      box.write(`.claude/sessions/${name}`, text);
    }
    expect(check(box, launch)).toEqual({ kind: 'resumable' });
  });

  test('is looked for below its own config directory', () => {
    const { box, launch } = prepared();
    const env = { CLAUDE_CONFIG_DIR: box.directory('conf') };
    expect(check(box, { ...launch, env })).toMatchObject({ kind: 'gone' });
    box.transcript(a, { cwd: launch.directory }, 'conf');
    expect(check(box, { ...launch, env })).toEqual({ kind: 'resumable' });
  });

  test.each(['../../etc/passwd', '', '*', '--print'])('of an id like %j is none', (id) => {
    const { box, launch } = prepared();
    expect(check(box, launch, id)).toEqual({ kind: 'gone', reason: 'its id is not one of Claude Code' });
  });
});

describe('transcripts near the clean-up age', () => {
  test('are those with five days or less to go, the first due first', () => {
    const { box, launch } = prepared();
    const aged = (id: string, days: number) =>
      box.transcript(id, { cwd: launch.directory, modifiedAtMs: nowMs - days * dayMs });
    aged(a, 24);
    aged(b, 26);
    aged(c, 31);
    const near = () =>
      transcriptsNearCleanup(
        [a, b, c].map((id) => ({ id, launch })),
        box.files,
        nowMs,
      );
    expect(near().map(({ id, dueAtMs }) => [id, Math.round((dueAtMs - nowMs) / dayMs)])).toEqual([
      [c, -1],
      [b, 4],
    ]);
    box.write('.claude/settings.json', '{"cleanupPeriodDays":365}');
    expect(near()).toEqual([]);
  });

  test.each(['{"cleanupPeriodDays":"9999"}', '{"cleanupPeriodDays":0}', '[]', 'x'])(
    'are told by the default when the settings say %s',
    (settings) => {
      const { box, launch } = prepared();
      box.write('.claude/settings.json', settings);
      box.transcript(a, { cwd: launch.directory, modifiedAtMs: nowMs - 29 * dayMs });
      expect(transcriptsNearCleanup([{ id: a, launch }], box.files, nowMs)).toHaveLength(1);
    },
  );

  test('are not those that are gone', () => {
    const { box, launch } = prepared();
    expect(transcriptsNearCleanup([{ id: b, launch }], box.files, nowMs)).toEqual([]);
  });
});

function prepared() {
  const box = claudeHome();
  const directory = box.directory('code');
  const path = box.transcript(a, { cwd: directory });
  const launch: AgentLaunch = { executable: 'claude', args: [], droppedArgs: [], env: {}, directory };
  return { box, launch, path };
}

function check(box: ClaudeHome, launch: AgentLaunch, id = a) {
  return checkResumable({ id, launch }, box.files, nowMs);
}

function ownStartTime(): string {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** A line of the history of prompts. */
function prompt(sessionId: string, ageDays: number): string {
  return `${JSON.stringify({ display: 'x', timestamp: nowMs - ageDays * dayMs, sessionId })}\n`;
}
