import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { assert, jsonValue, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Ending, Killer } from '../../src/core/endings.ts';
import { parseEndings, readEndings, writeEndings } from '../../src/state/endings.ts';
import { endingsPath } from '../../src/state/state-paths.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';
import { sampleAccount } from './sample-manifest.ts';

const boot = { bootId: 'boot-1', initStartTime: '7' };
const { username: name, uid, gid, homedir: home } = userInfo();
const account = { name, uid, gid, home, shell: '/bin/sh' };
const killers: readonly Killer[] = [
  { kind: 'limit', cgroup: '/user.slice/tmux-spawn-1.scope', limitMib: 6144 },
  { kind: 'limit', cgroup: null, limitMib: null },
  { kind: 'host' },
  { kind: 'daemon', name: 'earlyoom' },
];
const all: readonly Ending[] = [
  serverEnd('orderly', null),
  serverEnd('violent', '/run/emo/work'),
  ...killers.map((killer) => kill(71, killer)),
  { ...kill(72, { kind: 'host' }), startTime: null },
];

describe('the endings that the watch has seen', () => {
  test('are read back as they were written', () => {
    const state = temporaryDirectory();
    writeEndings(state, account, boot, all);
    expect(readEndings(state, name, boot)).toEqual(all);
  });

  test('are none before the watch has seen any', () => {
    expect(readEndings(temporaryDirectory(), name, boot)).toEqual([]);
  });

  test.each([
    ['another boot', { ...boot, bootId: 'boot-2' }],
    ['a container that started again', { ...boot, initStartTime: '8' }],
  ])('are none after %s, where a pid means nothing any more', (_title, later) => {
    const state = temporaryDirectory();
    writeEndings(state, account, boot, all);
    expect(readEndings(state, name, later)).toEqual([]);
  });

  test('are the newest two hundred, however many a user causes', () => {
    const state = temporaryDirectory();
    const many = Array.from({ length: 1_000 }, (_, at) => kill(at + 1, { kind: 'host' }));
    writeEndings(state, account, boot, many);
    expect(readEndings(state, name, boot)).toEqual(many.slice(-200));
  });

  test('are as private as the other records', () => {
    const state = temporaryDirectory();
    writeEndings(state, sampleAccount, boot, all);
    expect(statSync(endingsPath(state, sampleAccount.name)).mode & 0o777).toBe(0o600);
  });

  test('are none in a file that is too large to be one of ours', () => {
    const state = temporaryDirectory();
    writeEndings(state, account, boot, all);
    const text = readFileSync(endingsPath(state, name), 'utf8');
    writeFileSync(endingsPath(state, name), `${text}${' '.repeat(300 * 1024)}`);
    expect(readEndings(state, name, boot)).toEqual([]);
  });

  test.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['another version', JSON.stringify({ formatVersion: 2, ...boot, endings: all })],
    ['no list', JSON.stringify({ formatVersion: 1, ...boot, endings: 'all' })],
  ])('are none in a file with %s', (_title, text) => {
    expect(parseEndings(text, boot)).toEqual([]);
  });

  test('leave out what is no ending, and keep the others', () => {
    const broken = [null, 7, {}, { kind: 'server-end' }, { ...all[0], end: 'quiet' }, { ...all[2], pid: -1 }];
    const killedByOthers = { ...kill(71, { kind: 'host' }), killer: { kind: 'daemon', name: 'somebody' } };
    const text = JSON.stringify({ formatVersion: 1, ...boot, endings: [...broken, killedByOthers, ...all] });
    expect(parseEndings(text, boot)).toEqual(all);
  });

  test('are read without an exception, whatever the file holds', () => {
    assert(
      property(jsonValue(), (endings) => {
        const text = JSON.stringify({ formatVersion: 1, ...boot, endings: [endings, ...all] });
        expect(parseEndings(text, boot).slice(-all.length)).toEqual(all);
        expect(parseEndings(JSON.stringify(endings), boot)).toEqual([]);
      }),
    );
  });
});

function serverEnd(end: 'orderly' | 'violent', socket: string | null): Ending {
  const server = { pid: 1000, startTime: 1_790_000_000 };
  return { kind: 'server-end', at: '2026-11-20T12:00:00.000Z', socket, server, end };
}

function kill(pid: number, killer: Killer) {
  return { kind: 'process-kill', at: '2026-11-20T12:00:00.000Z', pid, startTime: '710', killer } as const;
}
