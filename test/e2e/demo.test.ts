import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sandbox } from '../support/persist-sandbox.ts';
import { panesInPlace, stateFiles } from '../support/world.ts';

describe('demo', () => {
  test('shows the main job, leaves no process and no file behind, and touches nothing of its user', () => {
    const box = sandbox();
    box.tmux('new-session', '-d', '-s', 'mine', '-c', box.home);
    box.persist('save');
    const [before, files, server] = [panesInPlace(box), stateFiles(box), box.serverPid()];
    const temporary = join(box.home, 'temporary');
    mkdirSync(temporary);

    const shown = box.persistIn({ TMPDIR: temporary }, 'demo');
    expect(shown).toMatchObject({ exitCode: 0, stderr: '' });
    expect(shown.stdout).toMatch(/^emo {4}tmux: no server \(died \d\d:\d\d\)/m);
    expect(shown.stdout).toMatch(/^ {2}\+ infra {3}~\/code\/infra {3}claude [0-9a-f]{8} {3}3 windows$/m);
    expect(shown.stdout).toContain('Plan: 2 to create (+).');
    expect(shown.stdout).toContain('Applied: 2 created, 0 failed; 1 held, 0 live.');
    expect(shown.stdout).toMatch(
      /^ {2}· 1 held: closed {3}[^\n]*\nPlan: nothing to do\.\n\n# all of it is removed again/m,
    );
    for (const step of shown.stdout.split('\n\n')) {
      expect(step.split('\n').length).toBeLessThan(24);
      expect(step).not.toMatch(/.{81}/);
    }

    expect(readdirSync(temporary)).toEqual([]);
    expect(processesWith(temporary)).toEqual([]);
    expect(panesInPlace(box)).toEqual(before);
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
