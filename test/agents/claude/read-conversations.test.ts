import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readConversations } from '../../../src/agents/claude/read-conversations.ts';
import type { UserFiles } from '../../../src/agents/user-files.ts';
import { claudeHome } from '../../support/claude-home.ts';
import { claudeProcess, currentRecord, otherProcess, readOne, type ProcessSpec } from '../../support/claude-process.ts';

const a = 'aaaaaaaa-0000-4000-8000-000000000001';
const b = 'bbbbbbbb-0000-4000-8000-000000000002';
const c = 'cccccccc-0000-4000-8000-000000000003';
const cwd = '/home/emo/code';

describe('a process of a current version', () => {
  test('holds what its record says, in the directory that the record says', () => {
    const box = claudeHome();
    box.record(4711, currentRecord(a, { cwd: '/home/emo/code/deep' }));
    box.transcript(a, { cwd: '/home/emo/code/deep' });
    box.transcript(b, { cwd });
    const reading = readOne(box, claudeProcess());
    expect(reading.claims).toEqual([{ id: a, source: 'registry', confidence: 'certain' }]);
    expect(reading).toMatchObject({ version: '2.1.329', fresh: false, reason: null });
    expect(reading.launch.directory).toBe('/home/emo/code/deep');
  });

  test('is fresh until its conversation has a transcript', () => {
    const box = claudeHome();
    box.record(4711, currentRecord(a));
    box.transcript(b, { cwd });
    expect(readOne(box, claudeProcess())).toMatchObject({ claims: [], fresh: true, reason: null });
    box.transcript(a, { cwd });
    expect(readOne(box, claudeProcess())).toMatchObject({ claims: [{ id: a }], fresh: false });
  });

  test('does not hold what a record of its pid says about an earlier process', () => {
    const box = claudeHome();
    box.record(4711, currentRecord(a, { procStart: '99' }));
    box.transcript(a, { cwd, modifiedAtMs: Date.now() - 3_600_000 });
    expect(readOne(box, claudeProcess())).toMatchObject({ claims: [], fresh: true });
  });

  test('is told from the others of its directory that started in the same second', () => {
    const box = claudeHome();
    const ids = [a, b, c];
    const processes = ids.map((id, at) => {
      box.record(5000 + at, { ...currentRecord(id), pid: 5000 + at });
      box.transcript(id, { cwd });
      return claudeProcess({ pid: 5000 + at });
    });
    const readings = readConversations(processes, box.files);
    expect(processes.map((one) => readings.get(one)?.claims[0]?.id)).toEqual(ids);
  });

  test('finds its transcript wherever it lies, and starts where `--resume` finds it', () => {
    const box = claudeHome();
    box.record(4711, currentRecord(a, { cwd: '/moved/to' }));
    box.transcript(a, { cwd: '/begun/here', rowsIn: ['/begun/here', '/moved/to'] });
    const reading = readOne(box, claudeProcess());
    expect(reading.claims[0]?.confidence).toBe('certain');
    expect(reading.launch.directory).toBe('/begun/here');
  });

  test('has its own directory even when another one shares its place', () => {
    const box = claudeHome();
    box.record(4711, currentRecord(a, { cwd: '/home/emo/a_b' }));
    box.transcript(a, { cwd: '/home/emo/a-b', rowsIn: ['/home/emo/a_b'] });
    expect(readOne(box, claudeProcess({ cwd: '/home/emo/a-b' })).launch.directory).toBe('/home/emo/a_b');
  });

  test('keeps its files where CLAUDE_CONFIG_DIR says', () => {
    const box = claudeHome();
    box.directory('conf');
    box.record(4711, currentRecord(a), 'conf');
    box.transcript(a, { cwd }, 'conf');
    box.record(4711, currentRecord(b));
    box.transcript(b, { cwd });
    const variables = { CLAUDE_CONFIG_DIR: `${box.home}/conf` };
    const reading = readOne(box, claudeProcess({ variables }));
    expect(reading.claims[0]?.id).toBe(a);
    expect(reading.launch.env).toEqual(variables);
  });

  test('is not guessed at when CLAUDE_CONFIG_DIR is relative', () => {
    const box = claudeHome();
    box.record(4711, currentRecord(a));
    box.transcript(a, { cwd });
    expect(readOne(box, claudeProcess({ variables: { CLAUDE_CONFIG_DIR: 'conf' } }))).toMatchObject({
      claims: [],
      fresh: false,
      reason: 'its CLAUDE_CONFIG_DIR is not an absolute path',
    });
  });

  test('that a script called claude has started is read by its own pid, and started by that script', () => {
    const box = claudeHome();
    const script = box.write('bin/claude', '#!/bin/bash\n');
    box.record(5001, { ...currentRecord(a), pid: 5001, procStart: '222' });
    box.transcript(a, { cwd });
    const child = claudeProcess({ pid: 5001, startTime: '222', argv: ['claude', '--session-id', a] });
    const argv = ['/bin/bash', script, '--verbose'];
    const reading = readOne(box, claudeProcess({ exe: '/usr/bin/bash', argv, children: [child] }));
    expect(reading.claims[0]).toMatchObject({ id: a, confidence: 'certain' });
    expect(reading.launch).toMatchObject({ executable: script, args: ['--verbose'] });
  });

  test('whose record is being written is read once more', () => {
    const box = claudeHome();
    const path = box.record(4711, currentRecord(a));
    box.transcript(a, { cwd });
    const whole = readFileSync(path, 'utf8');
    writeFileSync(path, whole.slice(0, 40));
    const process = claudeProcess({ argv: ['claude', '--resume', b] });
    expect(readOne(box, process)).toMatchObject({
      claims: [],
      fresh: false,
      reason: 'its record could not be read whole',
    });
    // The writer goes on as soon as the first half was read.
    const readStart: UserFiles['readStart'] = (one, maxBytes) => {
      const text = box.files.readStart(one, maxBytes);
      writeFileSync(path, whole);
      return text;
    };
    const readings = readConversations([process], { ...box.files, readStart });
    expect(readings.get(process)?.claims[0]).toEqual({ id: a, source: 'registry', confidence: 'certain' });
  });
});

describe('a stamp', () => {
  test('is followed to a transcript of the user, and to nothing else', () => {
    const box = claudeHome();
    const path = box.transcript(a, { cwd });
    const elsewhere = box.write(`elsewhere/${a}.jsonl`, '{}\n');
    const readWith = (stamp: string) => readOne(box, claudeProcess({ ...unrecorded, stamp })).claims[0]?.source ?? null;
    expect(readWith(path)).toBe('stamp');
    const project = path.slice(0, path.lastIndexOf('/'));
    const wrong = [
      elsewhere,
      `${project}/../${project.split('/').at(-1) ?? ''}/${a}.jsonl`,
      `${project}//${a}.jsonl`,
      `${project}/x/${a}.jsonl`,
      `${path}/x`,
      `${box.config}/projects/${a}.jsonl`,
      `${box.config}/projects/../${a}.jsonl`,
      `${project}/agent-${a}.jsonl`,
      `${project}/${b}.jsonl`,
      '',
    ];
    // The transcript itself is the only one of its directory, so without the stamp it is assigned.
    expect(wrong.map(readWith)).toEqual(wrong.map(() => 'assignment'));
  });
});

describe('a process without a record', () => {
  test('holds what its arguments resumed', () => {
    const box = claudeHome();
    box.transcript(a, { cwd });
    box.transcript(b, { cwd });
    expect(readOne(box, claudeProcess({ argv: ['claude', '-r', a] })).claims).toEqual([
      { id: a, source: 'argv', confidence: 'medium' },
    ]);
  });

  test('holds what its youngest child was told of, and never what it inherited itself', () => {
    const box = claudeHome();
    for (const id of [a, b, c]) box.transcript(id, { cwd });
    const children = [
      otherProcess(5001, '200000', { CLAUDE_CODE_SESSION_ID: b }),
      otherProcess(5002, '1000000', { CLAUDE_CODE_SESSION_ID: a }),
      otherProcess(5003, '300000', { CLAUDE_CODE_SESSION_ID: '$(id)' }),
    ];
    expect(readOne(box, claudeProcess({ variables: { CLAUDE_CODE_SESSION_ID: c }, children })).claims).toEqual([
      { id: a, source: 'child-environment', confidence: 'medium' },
    ]);
  });

  test('is assigned the one conversation that nobody else holds', () => {
    const box = claudeHome();
    box.transcript(a, { cwd, version: '2.1.70' });
    box.transcript(b, { cwd, version: '2.1.70' });
    box.record(5000, { ...currentRecord(a), pid: 5000 });
    const one = claudeProcess(unrecorded);
    const reading = readConversations([one, claudeProcess({ pid: 5000 })], box.files).get(one);
    expect(reading?.claims).toEqual([{ id: b, source: 'assignment', confidence: 'low' }]);
  });

  test('gets none of two, and says how many there are', () => {
    const box = claudeHome();
    box.transcript(a, { cwd, modifiedAtMs: Date.now() - 30_000 });
    box.transcript(b, { cwd });
    expect(readOne(box, claudeProcess(unrecorded))).toMatchObject({
      claims: [],
      fresh: false,
      reason: '2 conversations of its directory could be its own',
    });
  });

  test('gets none that was written in another directory of the same place, or by a sub-agent', () => {
    const box = claudeHome();
    box.transcript(a, { cwd: '/home/emo/a-b' });
    box.write('.claude/projects/-home-emo-a-b/agent-1234.jsonl', '{"cwd":"/home/emo/a_b"}\n');
    const reading = readOne(box, claudeProcess({ ...unrecorded, cwd: '/home/emo/a_b' }));
    expect(reading).toMatchObject({ claims: [], fresh: true });
  });

  test('is not called fresh when it may have continued something', () => {
    const box = claudeHome();
    const overwritten = { exe: '/usr/bin/node', argv: ['claude', '', ''] };
    for (const spec of [{ argv: ['claude', '-c'] }, overwritten]) {
      expect(readOne(box, claudeProcess(spec))).toMatchObject({
        fresh: false,
        reason: 'no conversation was written to since it runs',
      });
    }
  });
});

/** Of a version that writes no record, from before the transcripts of the test. */
const unrecorded: ProcessSpec = { exe: '/usr/bin/claude', argv: ['claude'] };
