import { spawn } from 'node:child_process';
import { chmodSync, cpSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { healsPath, watchStatePath } from '../../src/state/state-paths.ts';
import { binary, sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { causeOf, healOutcomesOf, heldOf, stopped, toldBy, watched } from '../support/watch.ts';

interface Told {
  readonly watch: { readonly kind: string; readonly command: string | null };
  readonly users: readonly {
    readonly healing: {
      readonly reason: string | null;
      readonly lastHealAt: string | null;
      readonly held: readonly { readonly session: string; readonly why: string; readonly until: string }[] | null;
    };
  }[];
}

interface Finding {
  readonly severity: string;
  readonly subject: string;
  readonly message: string;
  readonly mend: string | null;
}

describe('status and doctor', { timeout: 60_000 }, () => {
  test('tell that the watch runs, and since when', () => {
    const { box, watch } = watched(['notes']);
    waitUntil(() => statusOf(box).watch.kind === 'running', 'a watch that runs');
    expect(box.persist('status').stdout).toMatch(/^watch: running since \d\d:\d\d(, last save \d\d:\d\d)?$/m);
    expect(watchFindings(box)[0]).toMatchObject({
      severity: 'ok',
      message: expect.stringMatching(new RegExp(`^runs as process ${watch.child.pid ?? 0} since `)),
    });
    expect(watchFindings(box).filter(({ message }) => message.includes('older program'))).toEqual([]);
  });

  test('make no trouble of a watch that nobody has installed', async () => {
    const box = sandbox();
    box.tmux('new-session', '-d', '-s', 'notes', '-c', box.home);
    box.persist('save');
    const line = 'watch: not running; it would record at once, and heal: tmux-persist watch\n';
    expect(box.persist('status').stdout).toContain(line);
    expect(watchFindings(box)).toMatchObject([{ severity: 'ok', mend: null }]);
    expect(statusOf(box).watch).toMatchObject({ kind: 'never', command: 'tmux-persist watch' });

    const { box: other, watch } = watched([]);
    await stopped(watch);
    expect(other.persist('status').stdout).toMatch(/^watch: not running since \d\d:\d\d; it would record at once/m);
    expect(statusOf(other).watch).toMatchObject({ kind: 'ended' });
  });

  test('tell that the watch hangs', () => {
    const { box, watch } = watched([]);
    watch.child.kill('SIGSTOP');
    const lastSeenAt = new Date(Date.now() - 4 * 60_000).toISOString();
    writeFileSync(watchStatePath(box.stateDirectory), JSON.stringify({ ...toldBy(box), lastSeenAt }));
    expect(statusOf(box).watch).toMatchObject({ kind: 'silent' });
    expect(box.persist('status').stdout).toMatch(/^watch: hangs since \d\d:\d\d/m);
    expect(watchFindings(box)).toMatchObject([
      {
        severity: 'warning',
        message: `process ${watch.child.pid ?? 0} lives, and has told nothing since ${lastSeenAt}`,
      },
    ]);
  });

  test('tell that the kernel log is not followed, with what that costs', () => {
    const { box } = watched([]);
    writeFileSync(watchStatePath(box.stateDirectory), JSON.stringify({ ...toldBy(box), kernelLogSince: null }));
    const severity = process.geteuid?.() === 0 ? 'warning' : 'ok';
    expect(watchFindings(box)[1]).toMatchObject({
      severity,
      message: expect.stringMatching(/^does not follow the kernel log, so /),
    });
  });

  test('tell that the watch is older than the program on disk', () => {
    const box = sandbox();
    const program = box.directory('program');
    cpSync(dirname(binary), join(program, 'dist'), { recursive: true });
    writeFileSync(join(program, 'package.json'), '{"type":"module"}\n');
    const path = join(program, 'dist/bin.js');
    const child = spawn(process.execPath, [path, 'watch'], { env: { ...box.env }, stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    waitUntil(() => toldBy(box)?.pid === child.pid, 'the start of the watch');
    const warnings = () => watchFindings(box).filter(({ message }) => message.includes(path));
    expect(warnings()).toEqual([]);
    chmodSync(path, 0o755);
    expect(warnings()).toMatchObject([
      { severity: 'warning', message: expect.stringMatching(/^runs an older program/) },
    ]);
  });
});

describe('status tells what is held back from healing', { timeout: 60_000 }, () => {
  test('and until when, as long as the session waits', () => {
    const { box } = watched(['notes']);
    box.killServer();
    waitUntil(() => healOutcomesOf(box).includes('created'), 'the first heal');
    waitUntil(() => causeOf(box, 'notes') === 'live', 'its record');
    expect(box.persist('status').stdout).toMatch(/^watch: running .*, last heal \d\d:\d\d$/m);
    box.killServer();
    waitUntil(() => heldOf(box).includes('healed-lately'), 'the decision');
    expect(box.persist('status').stdout).toMatch(/: held back until .*: notes \(healed in the hour before\)\n/);
    expect(statusOf(box).users[0]?.healing).toMatchObject({
      reason: null,
      lastHealAt: expect.any(String),
      held: [{ session: 'notes', why: 'healed-lately', until: expect.any(String) }],
    });
    box.persist('apply');
    expect(statusOf(box).users[0]?.healing.held).toEqual([]);
    expect(box.persist('status').stdout).not.toContain('held back');
  });

  test('and calls it unknown where the record of it cannot be read', () => {
    const { box } = watched(['notes']);
    const path = healsPath(box.stateDirectory, box.user);
    writeFileSync(path, '{}');
    chmodSync(path, 0o666);
    expect(statusOf(box).users[0]?.healing).toMatchObject({ reason: expect.stringContaining(path), held: null });
    expect(box.persist('status').stdout).toContain(': what the watch holds back is unknown: ');
  });
});

function statusOf(box: Sandbox): Told {
  const told: Told = JSON.parse(box.persist('status', '--json').stdout);
  return told;
}

function watchFindings(box: Sandbox): readonly Finding[] {
  const { findings }: { findings: readonly Finding[] } = JSON.parse(box.persist('doctor', '--json').stdout);
  return findings.filter(({ subject }) => subject === 'watch');
}
