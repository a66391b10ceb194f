import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { timedRun } from '../../bench/measure/timed-run.ts';

function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'timed-run-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const env = { PATH: '/usr/bin:/bin' };
const busy = 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done';

test('the work of a child that was waited for counts, and waiting costs wall time alone', () => {
  const directory = scratch();
  const idle = timedRun(['/bin/sh', '-c', 'sleep 0.3'], env, directory);
  const own = timedRun(['/bin/sh', '-c', busy], env, directory);
  const child = timedRun(['/bin/sh', '-c', `/bin/sh -c '${busy}'; true`], env, directory);
  expect(idle.wallMs).toBeGreaterThanOrEqual(300);
  expect(own.cpuMs).toBeGreaterThan(idle.cpuMs);
  expect(child.cpuMs).toBeGreaterThan(own.cpuMs / 3);
});

test('a program that fails is no measurement, and its words are told', () => {
  expect(() => timedRun(['/bin/sh', '-c', 'echo no such session >&2; exit 3'], env, scratch())).toThrow(
    /ended with 3: no such session/,
  );
});

test('a server that a program leaves behind keeps nobody waiting', () => {
  const { wallMs } = timedRun(['/bin/sh', '-c', 'setsid sleep 5 &'], env, scratch());
  expect(wallMs).toBeLessThan(4_000);
});
