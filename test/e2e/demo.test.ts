import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sandbox } from '../support/persist-sandbox.ts';
import { panes, stateFiles } from '../support/world.ts';

describe('demo', () => {
  test('shows the main job, leaves no process and no file behind, and touches nothing of its user', () => {
    const box = sandbox();
    box.tmux('new-session', '-d', '-s', 'mine', '-c', box.home);
    box.persist('save');
    const [before, files, server] = [panes(box), stateFiles(box), box.serverPid()];
    const temporary = join(box.home, 'temporary');
    mkdirSync(temporary);

    const shown = box.persistIn({ TMPDIR: temporary }, 'demo');
    expect(shown).toMatchObject({ exitCode: 0, stderr: '' });
    expect(shown.stdout).toContain('Plan: 3 to create (+).');
    expect(shown.stdout).toContain('Applied: 3 created, 0 failed; 0 held, 0 live.');
    expect(shown.stdout).toContain('Plan: nothing to do; 3 live (=).');

    expect(readdirSync(temporary)).toEqual([]);
    expect(processesWith(temporary)).toEqual([]);
    expect(panes(box)).toEqual(before);
    expect(stateFiles(box)).toEqual(files);
    expect(box.serverPid()).toBe(server);
  });

  test('says in one sentence that tmux is missing', () => {
    const box = sandbox();
    const refused = box.persistIn({ PATH: '/nonexistent' }, 'demo');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('tmux-persist: tmux was not found on PATH; apt install tmux\n');
  });
});

/** Processes with this text in their environment. */
function processesWith(text: string): readonly string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(text));
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}
