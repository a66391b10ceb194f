import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from '../../../src/system/programs/exec.ts';
import { bundleProgram } from './start-program.ts';

const env = { PATH: process.env['PATH'] ?? '' };

describe('a program that cannot be started', () => {
  test.each([
    ['descriptors', 'too many open files'],
    ['processes', 'resource temporarily unavailable'],
  ])('because no %s are left fails in the words of the system', (what, words) => {
    expect(resultWithout(what)).toEqual({
      command: ['true'],
      exitCode: null,
      stdout: '',
      stderr: words,
      failure: 'other',
    });
  });

  test('because it is not there is not found', async () => {
    const result = await run(['no-such-program'], { timeoutMs: 5_000, env });
    expect(result).toMatchObject({ exitCode: null, failure: 'not-found' });
  });
});

/** Root is above the limit of processes. */
function resultWithout(what: string): unknown {
  const program = bundleProgram(new URL('run-with-nothing-left.ts', import.meta.url).pathname);
  chmodSync(dirname(program), 0o755);
  const script = 'ulimit -n 64 && exec "$@"';
  const account = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const argv = ['-c', script, 'sh', process.execPath, program, what];
  return JSON.parse(execFileSync('/bin/sh', argv, { env, encoding: 'utf8', timeout: 20_000, ...account }));
}
