import { execFileSync } from 'node:child_process';
import { openSync } from 'node:fs';
import { run } from '../../../src/system/programs/exec.ts';

// Uses up what its argument names, and says what becomes of a program that is to be run then.
if (process.argv[2] === 'descriptors') {
  try {
    for (;;) openSync('/dev/null', 'r');
  } catch {
    // Those were all.
  }
} else {
  execFileSync('prlimit', ['--pid', String(process.pid), '--nproc=1:1']);
}
const result = await run(['true'], { timeoutMs: 5_000, env: { PATH: process.env['PATH'] ?? '' } });
process.stdout.write(JSON.stringify(result));
