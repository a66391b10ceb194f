import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { getuid } from 'node:process';
import { onTestFinished } from 'vitest';
import { projectSlug } from '../../src/agents/claude/transcripts.ts';
import { boundedFiles, type UserFiles } from '../../src/agents/user-files.ts';

export interface TranscriptSpec {
  /** The directory that the file's place is named after, and that its rows tell. */
  readonly cwd: string;
  /** Where its rows were written, when that differs. */
  readonly rowsIn?: readonly string[];
  readonly version?: string;
  readonly entrypoint?: string;
  readonly extraRows?: readonly object[];
  readonly project?: string;
  /** When it was written to last; now if not given. */
  readonly modifiedAtMs?: number;
}

/** A home with real files of Claude Code, which goes away with the running test. */
export interface ClaudeHome {
  readonly home: string;
  readonly config: string;
  readonly files: UserFiles;
  /** Writes a text below the home. */
  readonly write: (path: string, text: string) => string;
  readonly record: (pid: number, fields: object, config?: string) => string;
  readonly transcript: (id: string, spec: TranscriptSpec, config?: string) => string;
  /** Makes a directory below the home. */
  readonly directory: (path: string) => string;
}

export function claudeHome(): ClaudeHome {
  const home = mkdtempSync(join(tmpdir(), 'claude-home-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const config = join(home, '.claude');
  const write = (path: string, text: string): string => {
    const full = join(home, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
    return full;
  };
  return {
    home,
    config,
    files: boundedFiles(getuid?.() ?? 0, home),
    write,
    record: (pid, fields, directory = '.claude') => write(`${directory}/sessions/${pid}.json`, JSON.stringify(fields)),
    transcript: (id, spec, directory = '.claude') => {
      const path = write(
        `${directory}/projects/${spec.project ?? projectSlug(spec.cwd)}/${id}.jsonl`,
        rowsOf(id, spec),
      );
      if (spec.modifiedAtMs !== undefined) utimesSync(path, spec.modifiedAtMs / 1000, spec.modifiedAtMs / 1000);
      return path;
    },
    directory: (path) => {
      mkdirSync(join(home, path), { recursive: true });
      return join(home, path);
    },
  };
}

/** When the file system says that a file came to be. */
export function bornAtMs(path: string): number {
  return statSync(path).birthtimeMs;
}

function rowsOf(sessionId: string, spec: TranscriptSpec): string {
  const { cwd, rowsIn = [cwd], version = '2.1.329', entrypoint = 'cli', extraRows = [] } = spec;
  const rows = rowsIn.map((directory) => ({
    type: 'user',
    isSidechain: false,
    sessionId,
    cwd: directory,
    version,
    entrypoint,
  }));
  return [...extraRows, ...rows].map((row) => `${JSON.stringify(row)}\n`).join('');
}
