import { describe, expect, test } from 'vitest';
import { readConversations } from '../../../src/agents/claude/read-conversations.ts';
import { bornAtMs, claudeHome } from '../../support/claude-home.ts';
import { claudeProcess, currentRecord, readOne } from '../../support/claude-process.ts';

const a = 'aaaaaaaa-0000-4000-8000-000000000001';
const b = 'bbbbbbbb-0000-4000-8000-000000000002';
const c = 'cccccccc-0000-4000-8000-000000000003';
const cwd = '/home/emo/code';

describe('a process of a version that does not write down /clear', () => {
  const old = { ...currentRecord(a), version: '2.1.120' };
  const clearRow = { type: 'user', message: { content: '<command-name>/clear</command-name>' } };

  test('is followed to the conversation that it must have begun', () => {
    const box = claudeHome();
    box.record(4711, old);
    box.transcript(a, { cwd, modifiedAtMs: Date.now() - 30_000 });
    expect(readOne(box, claudeProcess()).claims).toEqual([{ id: a, source: 'registry', confidence: 'high' }]);
    box.transcript(b, { cwd });
    expect(readOne(box, claudeProcess()).claims[0]?.id).toBe(a);
    box.transcript(c, { cwd, extraRows: [clearRow] });
    expect(readOne(box, claudeProcess()).claims).toEqual([{ id: c, source: 'assignment', confidence: 'high' }]);
  });

  test('is not followed when another of its directory may have cleared', () => {
    const box = claudeHome();
    box.record(4711, old);
    box.record(4712, { ...old, pid: 4712, sessionId: b });
    for (const id of [a, b]) box.transcript(id, { cwd, modifiedAtMs: Date.now() - 30_000 });
    const processes = [claudeProcess(), claudeProcess({ pid: 4712 })];
    const ids = () => [...readConversations(processes, box.files).values()].map((one) => one.claims[0]?.id ?? null);
    expect(ids()).toEqual([a, b]);
    box.transcript(c, { cwd, extraRows: [clearRow] });
    expect(ids()).toEqual([null, null]);
    // Whoever wrote to its own conversation afterwards is not the one.
    box.transcript(b, { cwd, modifiedAtMs: Date.now() + 5_000 });
    expect(ids()).toEqual([c, b]);
  });
});

describe('how it is started again', () => {
  test('has the flags of its own argument vector, and its title until the conversation has one', () => {
    const box = claudeHome();
    box.record(4711, currentRecord(a));
    box.transcript(a, { cwd });
    const process = claudeProcess({ argv: ['claude', '-c', '--model', 'opus', '-n', 'cooling', 'hello'] });
    expect(readOne(box, process).launch).toMatchObject({
      args: ['--model', 'opus', '-n', 'cooling'],
      droppedArgs: ['-c', 'prompt'],
    });
    box.transcript(a, { cwd, extraRows: [{ type: 'custom-title', customTitle: 'warming' }] });
    expect(readOne(box, process).launch).toMatchObject({
      args: ['--model', 'opus'],
      droppedArgs: ['-c', 'prompt', '--name'],
    });
  });

  test('says that its flags are not known when it has overwritten them', () => {
    const { launch } = readOne(claudeHome(), claudeProcess({ exe: '/usr/bin/node', argv: ['claude', '', ''] }));
    expect(launch).toMatchObject({ executable: 'claude', args: [], droppedArgs: ['(overwritten by the process)'] });
  });

  test('happens at home when no directory is known', () => {
    const box = claudeHome();
    expect(readOne(box, claudeProcess({ cwd: null })).launch.directory).toBe(box.home);
  });
});

test('the file system of these tests tells when a file came to be', () => {
  const box = claudeHome();
  const path = box.transcript(a, { cwd, modifiedAtMs: 1_000_000 });
  expect(Math.abs(bornAtMs(path) - Date.now())).toBeLessThan(60_000);
});
