import { userInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { rosterOfSelf, sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { storedManifest } from '../support/stored-record.ts';
import { sessionNames } from '../support/world.ts';

function running(settings: string, ...names: readonly string[]): Sandbox {
  const box = sandbox({ roster: rosterOfSelf(`persist: { ${settings} }\n`) });
  for (const name of names) box.tmux('new-session', '-d', '-s', name, '-c', box.home);
  return box;
}

function recordedNames(box: Sandbox): readonly string[] {
  return storedManifest(box)
    .sessions.map(({ name }) => name)
    .toSorted();
}

describe('persist.names', () => {
  test('saves only sessions whose whole name fits, and holds those that were recorded before', () => {
    const tooLong = `__pool_${'x'.repeat(40)}`;
    const box = running(
      "names: '^[a-zA-Z0-9_-]{1,32}$', exclude: ['tmp-?']",
      'notes',
      'R730-cooling',
      'ü',
      tooLong,
      'tmp-1',
    );
    expect(box.persist('save').exitCode).toBe(0);
    expect(recordedNames(box)).toEqual(['R730-cooling', 'notes']);
    box.killServer();
    expect(box.persist('apply', '--all').exitCode).toBe(0);
    expect(sessionNames(box).toSorted()).toEqual(['R730-cooling', 'notes']);
  });
});

describe('persist.keep_when', () => {
  const stamped = 'keep_when: "#{==:#{@tl_origin},user}"';

  test('saves everything of a user without any session that satisfies it', () => {
    const box = running(stamped, 'a', 'b');
    box.tmux('set-option', '-t', 'b', '@tl_origin', 'test');
    expect(box.persist('save').exitCode).toBe(0);
    expect(recordedNames(box)).toEqual(['a', 'b']);
  });

  test('saves only the sessions that satisfy it as soon as one does', () => {
    const box = running(stamped, 'mine', 'harness', 'unstamped');
    box.tmux('set-option', '-t', 'mine', '@tl_origin', 'user');
    box.tmux('set-option', '-t', 'harness', '@tl_origin', 'test');
    expect(box.persist('save').exitCode).toBe(0);
    expect(recordedNames(box)).toEqual(['mine']);
    box.killServer();
    expect(box.persist('apply', '--all').exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['mine']);
    expect(box.persist('save').exitCode).toBe(0);
    expect(recordedNames(box)).toEqual(['mine']);
  });

  test('can ask for anything that tmux knows of a session', () => {
    const box = running(
      'keep_when: "#{&&:#{m/r:^[a-z]+$,#{session_name}},#{==:#{session_windows},1}}"',
      'one',
      'Two',
      'two',
    );
    box.tmux('new-window', '-d', '-t', '=two:');
    expect(box.persist('save').exitCode).toBe(0);
    expect(recordedNames(box)).toEqual(['one']);
  });

  test('is laid over the shared one, and left empty it keeps everything', () => {
    const self = JSON.stringify(userInfo().username);
    const all = sandbox({ roster: `persist: { ${stamped} }\nusers:\n  ${self}: { persist: { keep_when: } }\n` });
    for (const name of ['mine', 'other']) all.tmux('new-session', '-d', '-s', name, '-c', all.home);
    all.tmux('set-option', '-t', 'mine', '@tl_origin', 'user');
    all.persist('save');
    expect(recordedNames(all)).toEqual(['mine', 'other']);
  });
});
