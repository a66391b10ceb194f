import { jsonFields, pathField, textField } from '../json-fields.ts';
import type { UserFiles } from '../user-files.ts';

/** One session file of pi. */
export interface PiSession {
  readonly id: string;
  /** The session's working directory. Only there pi finds it by its id. */
  readonly directory: string;
}

/** Where session files are: in a directory for each project, or all in one that the user chose. */
export interface SessionPlace {
  readonly kind: 'by-project' | 'one-directory';
  readonly path: string;
}

/** Whether a text is an id that pi accepts. It is safe as a part of a file name and as an argument. */
export function isSessionId(text: string): boolean {
  return /^[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/.test(text);
}

/** The session with this whole id; null without one. */
export function findSession(id: string, { kind, path }: SessionPlace, files: UserFiles): PiSession | null {
  if (!isSessionId(id)) return null;
  const directories = kind === 'by-project' ? files.list(path).map((project) => `${path}/${project}`) : [path];
  for (const directory of directories) {
    for (const name of files.list(directory)) {
      if (!name.endsWith(`_${id}.jsonl`)) continue;
      const session = sessionAt(`${directory}/${name}`, files);
      if (session?.id === id) return session;
    }
  }
  return null;
}

/** The session in a file, from its first line; null when it is none of the user's. */
export function sessionAt(path: string, files: UserFiles): PiSession | null {
  const [line = ''] = (files.readStart(path, maxHeaderBytes) ?? '').split('\n', 1);
  const fields = jsonFields(line);
  if (fields === null || textField(fields, 'type') !== 'session') return null;
  const [id, directory] = [textField(fields, 'id'), pathField(fields, 'cwd')];
  return id !== null && directory !== null && isSessionId(id) ? { id, directory } : null;
}

/** Whether a session of a project was written since a time. */
export function hasSessionSince(timeMs: number, cwd: string, { kind, path }: SessionPlace, files: UserFiles): boolean {
  const directory = kind === 'by-project' ? `${path}/${projectName(cwd)}` : path;
  return files
    .list(directory)
    .some(
      (name) => name.endsWith('.jsonl') && (files.stat(`${directory}/${name}`)?.modifiedAtMs ?? 0) >= timeMs - slackMs,
    );
}

const maxHeaderBytes = 64 * 1024;

/** A start is known to a hundredth of a second, and clocks of file systems tick more slowly. */
const slackMs = 2_000;

/** The name of a project's directory (session-manager.js of 1.6.0). */
function projectName(cwd: string): string {
  return `--${cwd.replace(/^\//, '').replaceAll(/[/\\:]/g, '-')}--`;
}
