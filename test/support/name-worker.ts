// As in vitest.config.ts, for a worker.
process.title = 'vitest-worker';
