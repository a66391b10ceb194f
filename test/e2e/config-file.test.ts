import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { storedManifest } from '../support/stored-record.ts';

const option = '@of-the-file';

describe('the configuration file that a server was started with', () => {
  test('is that of the server that comes back, again and again', () => {
    const { box, file } = startedWith('set -g @of-the-file yes\n');
    for (const _ of ['once', 'twice']) {
      expect(box.persist('save').exitCode).toBe(0);
      expect(storedManifest(box).configFiles).toEqual([file]);
      box.killServer();
      // The end of the server is on record before the restore.
      expect(box.persist('save').exitCode).toBe(0);
      writeFileSync(join(box.home, '.tmux.conf'), 'set -g @of-the-home yes\n');
      expect(box.persist('apply')).toMatchObject({ exitCode: 0, stdout: expect.not.stringContaining('configuration') });
      expect(box.tmux('show-options', '-gqv', option)).toBe('yes\n');
      expect(box.tmux('show-options', '-gqv', '@of-the-home')).toBe('');
    }
  });

  test('gives way to the default ones where it is missing, and that is said', () => {
    const { box, file } = startedWith('set -g @of-the-file yes\n');
    box.persist('save');
    box.killServer();
    rmSync(file);
    writeFileSync(join(box.home, '.tmux.conf'), 'set -g @of-the-home yes\n');
    expect(box.persist('apply')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(
        `created notes in ~, shell; its tmux server has the default configuration, because ${file} is missing or closed`,
      ),
    });
    expect(box.tmux('show-options', '-gqv', '@of-the-home')).toBe('yes\n');
  });

  test('is none where the server uses the default ones', () => {
    const box = sandbox();
    writeFileSync(join(box.home, '.tmux.conf'), 'set -g @of-the-home yes\n');
    box.tmux('new-session', '-d', '-s', 'notes', '-c', box.home);
    box.persist('save');
    expect(storedManifest(box).configFiles).toBeNull();
  });
});

/** A server of the user's own that was started with `-f`. */
function startedWith(text: string): { readonly box: Sandbox; readonly file: string } {
  const box = sandbox();
  const file = join(box.home, 'of my own, with a comma.conf');
  writeFileSync(file, text);
  const words = ['-u', '-f', file, 'new-session', '-d', '-s', 'notes', '-c', box.home];
  execFileSync('tmux', words, { env: { ...box.env, SHELL: '/bin/sh' } });
  return { box, file };
}
