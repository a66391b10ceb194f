import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { binary, sandbox, type Sandbox } from '../support/persist-sandbox.ts';

test.each([
  ['history', 3],
  ['snapshots', 3],
  ['show', 1],
] as const)('%s opens each record that it needs once, and looks once at where they are', (command, needed) => {
  const box = sandbox();
  for (const name of ['a', 'b', 'c']) {
    box.tmux('new-session', '-d', '-s', name);
    box.persist('save');
  }
  const directory = join(box.stateDirectory, 'users', box.user, 'snapshots');
  expect(readdirSync(directory)).toHaveLength(3);

  const calls = callsOf(box, command, box.user);
  const opened = calls.flatMap((line) =>
    line.includes('openat(') ? (/snapshots\/(\S+)\.json"/.exec(line) ?? []).slice(1) : [],
  );
  expect(new Set(opened).size).toBe(needed);
  expect(opened).toHaveLength(needed);
  expect(calls.filter((line) => line.includes('statx(') && line.includes(`"${directory}"`))).toHaveLength(1);
});

/** What a run of the program opens and looks at. */
function callsOf(box: Sandbox, ...args: readonly string[]): readonly string[] {
  const output = join(box.home, 'calls');
  const argv = ['-f', '-e', 'trace=openat,statx', '-o', output, process.execPath, binary, ...args];
  const { status } = spawnSync('strace', argv, { cwd: '/', env: { ...box.env }, timeout: 25_000, stdio: 'ignore' });
  expect(status).toBe(0);
  return readFileSync(output, 'utf8').split('\n');
}
