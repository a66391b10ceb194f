import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../programs/exec.ts';
import { quietly, readRegularFile } from '../files/read-file.ts';

export interface Crontab {
  /** The path of the file, or whose crontab it is. */
  readonly place: string;
  readonly text: string;
  readonly form: 'of one user' | 'of the system';
}

export interface Crontabs {
  readonly found: readonly Crontab[];
  /** Whether this account can have a crontab of its own here. */
  readonly hasCrontab: boolean;
}

/** Reads the crontab of the invoking user, and those of the system. What cannot be read is left out. */
export async function readCrontabs(path: string, signal: AbortSignal): Promise<Crontabs> {
  const own = await run(['crontab', '-l'], { timeoutMs: 5_000, env: { PATH: path, LC_ALL: 'C.UTF-8' }, signal });
  const files = ['/etc/crontab', ...namesIn(systemDirectory).map((name) => join(systemDirectory, name))];
  return {
    found: [
      // Without a crontab it exits with 1.
      ...(own.exitCode === 0
        ? [{ place: 'the crontab of this account', text: own.stdout, form: 'of one user' as const }]
        : []),
      ...files.flatMap((file): readonly Crontab[] => {
        const reading = readRegularFile(file, maxBytes);
        return reading.kind === 'read' ? [{ place: file, text: reading.text, form: 'of the system' }] : [];
      }),
    ],
    hasCrontab: own.failure !== 'not-found',
  };
}

const systemDirectory = '/etc/cron.d';
const maxBytes = 256 * 1024;

/** cron(8) on Debian reads no other names. */
function namesIn(directory: string): readonly string[] {
  return (quietly(() => readdirSync(directory)) ?? []).filter((name) => /^[A-Za-z0-9_-]+$/.test(name)).toSorted();
}
