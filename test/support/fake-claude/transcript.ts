import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectDirectory, variable, type Context } from './context.ts';
import { isSessionId } from './command-line.ts';
import { readJson, readJsonLines, type JsonObject } from './read-json.ts';
import { liveRecords } from './registry.ts';

export interface StoredTranscript {
  readonly id: string;
  readonly path: string;
  readonly rows: readonly JsonObject[];
}

export function transcriptPath(context: Context, cwd: string, id: string): string {
  return join(projectDirectory(context, cwd), `${id}.jsonl`);
}

/** Opens, appends and closes: a transcript is never held open. */
export function appendRows(path: string, rows: readonly JsonObject[]): void {
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
  appendFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''), { mode: 0o600 });
}

/** A conversation of the working directory; newer versions also find it in the other projects. */
export function findTranscript(context: Context, id: string): StoredTranscript | null {
  const own = transcriptPath(context, process.cwd(), id);
  const path = existsSync(own) ? own : context.profile.looksInAllProjects ? pathInAnyProject(context, id) : null;
  return path === null ? null : storedTranscript(path, id);
}

/** What `--continue` takes up. Older versions also take one of another directory with the same slug. */
export function newestTranscript(context: Context): StoredTranscript | null {
  const newestFirst = transcriptsIn(projectDirectory(context, process.cwd())).toSorted(
    (one, other) => statSync(other.path).mtimeMs - statSync(one.path).mtimeMs,
  );
  const { continuesOwnDirectoryOnly } = context.profile;
  for (const { id, path } of newestFirst) {
    const stored = storedTranscript(path, id);
    if (!continuesOwnDirectoryOnly || lastValue(stored.rows, 'cwd') === process.cwd()) return stored;
  }
  return null;
}

/** The conversations of the working directory that were given this title. */
export function transcriptsTitled(context: Context, title: string): readonly StoredTranscript[] {
  return transcriptsIn(projectDirectory(context, process.cwd()))
    .map(({ id, path }) => storedTranscript(path, id))
    .filter(({ rows }) => lastValue(rows, 'customTitle') === title);
}

export function lastValue(rows: readonly JsonObject[], key: string): string | null {
  const value = rows.findLast((row) => typeof row[key] === 'string')?.[key];
  return typeof value === 'string' ? value : null;
}

/** Removes what nobody has written to for `cleanupPeriodDays`, as every start does in the background. */
export function sweepTranscripts(context: Context, ownId: string): void {
  const { cleanupPeriodDays = 30 } = readJson(join(context.configDirectory, 'settings.json')) ?? {};
  const oldestMs = Date.now() - Number(cleanupPeriodDays) * 24 * 3_600_000;
  const spared = new Set<unknown>([ownId]);
  if (context.profile.sparesLiveTranscripts)
    for (const { fields } of liveRecords(context)) spared.add(fields['sessionId']);
  for (const { id, path } of projectsOf(context).flatMap(transcriptsIn)) {
    if (!spared.has(id) && statSync(path).mtimeMs < oldestMs) rmSync(path, { force: true });
  }
}

/** One line in `history.jsonl` for each prompt. */
export function appendHistory(context: Context, display: string, sessionId: string): void {
  if (!context.persistent || variable('CLAUDE_CODE_SKIP_PROMPT_HISTORY') !== null) return;
  const entry = { display, pastedContents: {}, timestamp: Date.now(), project: process.cwd() };
  const row = context.profile.historyNamesSession ? { ...entry, sessionId } : entry;
  appendRows(join(context.configDirectory, 'history.jsonl'), [row]);
}

function storedTranscript(path: string, id: string): StoredTranscript {
  return { id, path, rows: readJsonLines(path) };
}

function pathInAnyProject(context: Context, id: string): string | null {
  return (
    projectsOf(context)
      .map((directory) => join(directory, `${id}.jsonl`))
      .find((path) => existsSync(path)) ?? null
  );
}

function projectsOf({ configDirectory }: Context): readonly string[] {
  const projects = join(configDirectory, 'projects');
  return namesIn(projects).map((name) => join(projects, name));
}

function transcriptsIn(directory: string): readonly { readonly id: string; readonly path: string }[] {
  return namesIn(directory)
    .filter((name) => name.endsWith('.jsonl') && isSessionId(name.slice(0, -'.jsonl'.length)))
    .map((name) => ({ id: name.slice(0, -'.jsonl'.length), path: join(directory, name) }));
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
