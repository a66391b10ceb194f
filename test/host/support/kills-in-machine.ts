import { build } from 'esbuild';
import { join } from 'node:path';
import type { KillReport } from '../../../src/core/endings.ts';
import type { JournalKills } from '../../../src/systemd/kills-in-journal.ts';
import type { Machine } from './machine.ts';

const place = '/run/kills-in-journal.mjs';

/** Runs our reader of the journal inside the machine, as root, and returns its answer. */
export async function askJournalIn(machine: Machine, directory?: string): Promise<JournalKills> {
  const { exitCode } = await machine.exec(['test', '-e', place]);
  if (exitCode !== 0) await machine.writeFile(place, await bundle());
  await machine.output(['journalctl', '--sync']);
  const answer: JournalKills = JSON.parse(
    await machine.output(['node', place, ...(directory === undefined ? [] : [directory])]),
  );
  return answer;
}

/** The kills that the journal of the machine tells; throws when it cannot be read. */
export async function killsInJournalOf(machine: Machine): Promise<readonly KillReport[]> {
  const answer = await askJournalIn(machine);
  if (answer.kind === 'unreadable') throw new Error(answer.reason);
  return answer.reports;
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { readKillsInJournal } from './src/systemd/kills-in-journal.ts';
        const { signal } = new AbortController();
        const directory = process.argv[2];
        const answer = await readKillsInJournal({ sinceMonotonicMs: 0, signal, ...(directory && { directory }) });
        console.log(JSON.stringify(answer));`,
      resolveDir: join(import.meta.dirname, '../../..'),
    },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire('/');" },
  });
  return outputFiles[0]?.text ?? '';
}
