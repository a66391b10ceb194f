import { availableParallelism } from 'node:os';
import process from 'node:process';
import { defineConfig } from 'vitest/config';
import { isWhole } from './test/faults/support/extent.ts';
import { missingForFaultTests } from './test/faults/support/missing-for-fault-tests.ts';
import { missingForHostTests } from './test/host/support/missing-for-host-tests.ts';
import { SlowFilesFirst } from './test/support/slow-files-first.ts';

// A suite that was asked for and cannot run is a failure with the reason, not an empty success (scripts/test.mjs).
const suite = process.env['TMUX_PERSIST_SUITE'];
const missing = suite === 'host' ? missingForHostTests() : suite === 'faults' ? missingForFaultTests() : null;
if (missing !== null) throw new Error(`npm run test:${suite}: ${missing}`);

// They touch nothing but their arguments, so that no file of them can disturb another one in the same worker.
const pure = ['test/{core,render}/**/*.test.ts'];
// Seconds of work by the clock.
const byTheClock = ['test/roster/parse-roster.test.ts'];
const others = ['test/e2e-root/**', 'test/host/**', 'test/faults/**', 'test/contract/**'];
// Some of their tests are for root alone.
const partlyRoots = [
  'test/agents/{user-files,codex/codex,copilot/copilot}.test.ts',
  'test/e2e/{doctor,unwritable-state}.test.ts',
  'test/state/{metrics-file,write-snapshot}.test.ts',
  'test/system/files/{atomic-file,directories,file-lock,trusted-path}.test.ts',
  'test/tmux/{create-sessions,list-server}.test.ts',
];
// The kernel's OOM-kill counter, which some raise, is evidence in the others. Some measure, or load the whole machine.
const disturbing = {
  root: ['test/e2e-root/{watch-many,watch-hostile,oom-kill,kernel-kills,kernel-kills-in-journal,watch-kills}.test.ts'],
  host: ['test/host/{harness,oom,watch-and-killers,web-after-oom}.test.ts'],
};
// Many minutes each: they run when they are asked for.
const long = isWhole ? [] : ['test/faults/long/**'];
// Node reads a hundred certificates at each start for it, and each test starts the program a few times.
delete process.env['NODE_EXTRA_CA_CERTS'];

// A process named `node` may be an agent, and each run of the program by the same user would look into it.
process.title = 'vitest';

const workers = Math.max(2, availableParallelism());

export default defineConfig({
  test: {
    globalSetup: ['test/support/build-once.ts'],
    setupFiles: ['test/support/bound-properties.ts', 'test/support/name-worker.ts'],
    // Long enough for a busy machine: they end only what hangs.
    testTimeout: 60_000,
    hookTimeout: 30_000,
    expect: { poll: { timeout: 25_000 } },
    // The tests wait for other programs most of the time; with one worker, Vitest's choice for two processors, so does the machine.
    maxWorkers: workers,
    sequence: { sequencer: SlowFilesFirst },
    projects: [
      project('pure', 0, { include: pure, isolate: false, maxWorkers: workers + 1 }),
      project('everybody', 0, {
        include: ['test/**/*.test.ts'],
        exclude: [...others, ...pure, ...byTheClock],
        isolate: false,
        // With one worker less, two processors are idle for a third of the time.
        maxWorkers: workers + 1,
      }),
      project('by the clock', 1, { include: byTheClock, fileParallelism: false }),
      // A third of their time they wait for what hangs.
      project('root', 0, {
        include: ['test/e2e-root/**/*.test.ts', ...partlyRoots],
        exclude: disturbing.root,
        isolate: false,
        maxWorkers: workers + 1,
      }),
      project('root alone', 1, { include: disturbing.root, fileParallelism: false }),
      // A third of their time they wait for a machine to boot or to shut down.
      project('host', 0, {
        testTimeout: 90_000,
        include: ['test/host/**/*.test.ts'],
        exclude: disturbing.host,
        maxWorkers: workers + 1,
      }),
      project('host alone', 1, { testTimeout: 90_000, include: disturbing.host, fileParallelism: false }),
      // Most of a file is one process after the other, and none asks for the time that it takes.
      project('faults', 2, { include: ['test/faults/**/*.test.ts'], exclude: long, maxWorkers: 2 }),
    ],
  },
});

interface ProjectSettings {
  readonly include: string[];
  readonly exclude?: string[];
  readonly isolate?: boolean;
  readonly fileParallelism?: boolean;
  readonly maxWorkers?: number;
  readonly testTimeout?: number;
}

/** Projects of one group run side by side, and the groups one after the other. */
function project(name: string, groupOrder: number, settings: ProjectSettings) {
  return { extends: true as const, test: { name, ...settings, sequence: { groupOrder } } };
}
