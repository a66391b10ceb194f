import { availableParallelism } from 'node:os';
import { getuid } from 'node:process';
import { defineConfig } from 'vitest/config';
import { isWhole } from './test/faults/support/extent.ts';
import { missingForFaultTests } from './test/faults/support/missing-for-fault-tests.ts';
import { missingForHostTests } from './test/host/support/missing-for-host-tests.ts';

// What cannot run here is left out, and that is said. CI leaves nothing out: there these tests fail with the reason.
const isCi = process.env['CI'] !== undefined;
const isRoot = getuid?.() === 0;
const missing = missingForHostTests();
const missingForFaults = missingForFaultTests();
const leavesUsersOut = !isRoot && !isCi;
const leavesHostOut = missing !== null && !isCi;
const leavesFaultsOut = missingForFaults !== null && !isCi;
if (leavesUsersOut)
  console.warn('\nnot root: tests with several Unix users are left out; run them with: sudo npm test');
if (leavesHostOut) console.warn(`\nno systemd can be booted here (${missing}): test/host is left out\n`);
if (leavesFaultsOut)
  console.warn(
    `\nthe program cannot be killed at its system calls here (${missingForFaults}): test/faults is left out\n`,
  );

const leftOut = [
  ...(leavesUsersOut ? ['test/e2e-root/**'] : []),
  ...(leavesHostOut ? ['test/host/**'] : []),
  ...(leavesFaultsOut ? ['test/faults/**'] : []),
];
// Many minutes each: they run when they are asked for.
const long = isWhole ? [] : ['test/faults/long/**'];
// They touch nothing but their arguments, so that no file of them can disturb another one in the same worker.
const pure = ['test/{core,render}/**/*.test.ts'];
const onSystemd = ['test/host/**/*.test.ts'];
// The kernel's OOM-kill counter, which some raise, is evidence in the others; those of faults keep all processors busy; and
// that of rosters measures seconds of work by the clock.
const alone = [
  'test/roster/parse-roster.test.ts',
  'test/e2e-root/oom-kill.test.ts',
  'test/host/{harness,oom}.test.ts',
  'test/faults/**/*.test.ts',
];
// Node reads a hundred certificates at each start for it, and each test starts the program a few times.
delete process.env['NODE_EXTRA_CA_CERTS'];

const workers = Math.max(2, availableParallelism());

export default defineConfig({
  test: {
    globalSetup: ['test/support/build-once.ts'],
    setupFiles: ['test/support/bound-properties.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // The tests wait for other programs most of the time; with one worker, Vitest's choice for two processors, so does the machine.
    maxWorkers: workers,
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: pure,
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'side by side',
          include: ['test/**/*.test.ts'],
          // The contract tests install other people's programs: they run when they are asked for.
          exclude: ['test/contract/**', ...leftOut, ...pure, ...onSystemd, ...alone],
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'on systemd',
          include: onSystemd,
          exclude: [...leftOut, ...alone],
          // A third of their time they wait for a machine to boot or to shut down.
          maxWorkers: workers + 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: alone,
          exclude: [...long, ...leftOut],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
