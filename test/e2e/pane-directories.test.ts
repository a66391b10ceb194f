import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { storedManifest } from '../support/stored-record.ts';

describe('the directory of a pane', () => {
  test('is that of its shell, wherever the program in front has gone', async () => {
    const box = sandbox();
    const [api, elsewhere] = [box.directory('code', 'api'), box.directory('elsewhere')];
    box.tmux('new-session', '-d', '-s', 'work', '-c', api, '--', '/bin/bash', '--norc', '-i');
    box.tmux('send-keys', '-t', '=work:', `exec /bin/bash -i`, 'Enter');
    box.tmux('send-keys', '-t', '=work:', `perl -e 'chdir "${elsewhere}"; sleep 99'`, 'Enter');
    const inFront = (): string => box.tmux('display-message', '-p', '-t', '=work:', '#{pane_current_path}').trim();
    await expect.poll(inFront).toBe(elsewhere);

    expect(box.persist('save').exitCode).toBe(0);
    expect(directories(box)).toEqual([api]);

    box.killServer();
    rmSync(elsewhere, { recursive: true });
    expect(box.persist('apply')).toMatchObject({ exitCode: 0, stdout: expect.not.stringContaining('missing') });
  });

  test('of which the program has ended and the place was kept is where it was started', async () => {
    const box = sandbox();
    const ai = box.directory('ai');
    box.tmux('new-session', '-d', '-s', 'stays');
    box.tmux('set-option', '-g', 'remain-on-exit', 'on');
    box.tmux('new-session', '-d', '-s', 'ended', '-c', ai, 'exit 3');
    const dead = (): string => box.tmux('list-panes', '-t', '=ended', '-F', '#{pane_dead}').trim();
    await expect.poll(dead).toBe('1');

    expect(box.persist('save').exitCode).toBe(0);
    expect(directories(box)).toContain(ai);
    box.killServer();
    const { stdout, exitCode } = box.persist('apply');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('created ended in ~/ai, shell\n');
  });
});

function directories(box: Sandbox): readonly string[] {
  return storedManifest(box).sessions.flatMap(({ windows }) =>
    windows.flatMap(({ panes }) => panes.map(({ cwd }) => cwd)),
  );
}
