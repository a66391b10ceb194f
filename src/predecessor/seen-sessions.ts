import { parseTsv } from './import-state.ts';
import { farFutureMs } from '../core/when.ts';
import type { PredecessorRow } from './view.ts';

/** A session that the predecessor had seen at some time. */
export interface SeenSession {
  readonly row: PredecessorRow;
  readonly seenAtMs: number;
}

interface ParsedSeenSessions {
  /** One for each name, as it was seen last. */
  readonly seen: readonly SeenSession[];
  readonly problems: readonly string[];
}

/**
 * Parses `USER.history.tsv`, which one version kept instead of snapshots: the columns of `USER.tsv`, and on some lines
 * the time in seconds since the epoch, before them or after them. A line without one was seen when the file was
 * written.
 */
export function parseSeenSessions(text: string, writtenAtMs: number): ParsedSeenSessions {
  const seen = new Map<string, SeenSession>();
  const problems: string[] = [];
  text.split('\n').forEach((line, index) => {
    if (line === '') return;
    const { rest, seconds } = splitTime(line);
    const parsed = parseTsv(rest);
    // Each line is parsed alone, because a session is listed as often as it was seen.
    problems.push(...parsed.problems.map((problem) => problem.replace(/^line 1:/, `line ${index + 1}:`)));
    const [row] = parsed.rows;
    const seenAtMs = seconds === null ? writtenAtMs : Math.min(seconds * 1000, writtenAtMs);
    if (row !== undefined && seenAtMs >= (seen.get(row.name)?.seenAtMs ?? 0)) seen.set(row.name, { row, seenAtMs });
  });
  return { seen: [...seen.values()], problems };
}

function splitTime(line: string): { readonly rest: string; readonly seconds: number | null } {
  const columns = line.split('\t');
  if (columns.length !== 4) return { rest: line, seconds: null };
  if (isTime(columns[3])) return { rest: columns.slice(0, 3).join('\t'), seconds: Number(columns[3]) };
  if (isTime(columns[0])) return { rest: columns.slice(1).join('\t'), seconds: Number(columns[0]) };
  return { rest: line, seconds: null };
}

function isTime(column: string | undefined): boolean {
  return column !== undefined && /^[0-9]{9,11}$/.test(column) && Number(column) * 1000 < farFutureMs;
}
