import { isUuid } from '../../core/conversation.ts';
import { jsonFields, type JsonFields, pathField, textField } from '../json-fields.ts';
import type { UserFiles } from '../user-files.ts';

/** A file in which Codex keeps a conversation. */
export interface Rollout {
  readonly id: string;
  readonly path: string;
  /** The directory of the conversation; null when the file does not tell it. */
  readonly directory: string | null;
  /** The start of the conversation; NaN when the file does not tell it. */
  readonly begunAtMs: number;
  readonly writtenAtMs: number;
}

export type OpenRollouts =
  /** `unreadable`: it also holds files that were removed, belong to another home, or cannot be parsed. */
  | { readonly kind: 'seen'; readonly rollouts: readonly Rollout[]; readonly unreadable: boolean }
  /** The process hides its open files. */
  | { readonly kind: 'hidden' };

/** The first line also holds the instructions to the model: 22 KB in 0.169.0. */
const maxFirstLineBytes = 256 * 1024;
const maxDays = 4_000;

/** The conversations whose files a process holds open, only of this Codex home and without those of sub-agents. */
export function openRollouts(pid: number, codexHome: string, files: UserFiles): OpenRollouts {
  const paths = files.openFilesOf(pid);
  if (paths === null) return { kind: 'hidden' };
  const held = paths.flatMap((path) => {
    const match = /\/sessions(\/\d{4}\/\d\d\/\d\d\/rollout-[^/]*\.jsonl)( \(deleted\))?$/.exec(path);
    // The kernel shows a path without links. The file is looked up by the home's own path.
    return match?.[1] === undefined ? [] : [match[2] === undefined ? `${codexHome}/sessions${match[1]}` : null];
  });
  const found = [...new Set(held)].map((path) => (path === null ? null : readRollout(path, files)));
  const rollouts = found.flatMap((one) => (one === null || one === 'sub-agent' ? [] : [one]));
  return { kind: 'seen', rollouts, unreadable: found.includes(null) };
}

/** The file of a conversation, searched in the directories of the days, the latest first; null when there is none. */
export function findRollout(id: string, codexHome: string, files: UserFiles): Rollout | null {
  if (!isUuid(id)) return null;
  let days = 0;
  const root = `${codexHome}/sessions`;
  for (const year of numbered(root, /^\d{4}$/, files)) {
    for (const month of numbered(`${root}/${year}`, /^\d\d$/, files)) {
      for (const day of numbered(`${root}/${year}/${month}`, /^\d\d$/, files)) {
        if ((days += 1) > maxDays) return null;
        const directory = `${root}/${year}/${month}/${day}`;
        const name = files.list(directory).find((one) => one.startsWith('rollout-') && one.endsWith(`-${id}.jsonl`));
        const rollout = name === undefined ? null : readRollout(`${directory}/${name}`, files);
        if (rollout !== null && rollout !== 'sub-agent') return rollout;
      }
    }
  }
  return null;
}

function numbered(path: string, pattern: RegExp, files: UserFiles): readonly string[] {
  return files
    .list(path)
    .filter((name) => pattern.test(name))
    .toReversed();
}

function readRollout(path: string, files: UserFiles): Rollout | 'sub-agent' | null {
  const id = path.slice(-'.jsonl'.length - 36, -'.jsonl'.length);
  const text = files.readStart(path, maxFirstLineBytes);
  const facts = files.stat(path);
  if (!isUuid(id) || text === null || facts === null) return null;
  const meta = payloadOf(jsonFields(text.split('\n', 1)[0] ?? ''));
  if (meta === null || textField(meta, 'id') !== id) return null;
  if (isOfSubAgent(meta)) return 'sub-agent';
  return {
    id,
    path,
    directory: pathField(meta, 'cwd'),
    begunAtMs: Date.parse(textField(meta, 'timestamp') ?? ''),
    writtenAtMs: facts.modifiedAtMs,
  };
}

function payloadOf(line: JsonFields | null): JsonFields | null {
  const payload = line?.get('type') === 'session_meta' ? line.get('payload') : null;
  return typeof payload === 'object' && payload !== null ? new Map(Object.entries(payload)) : null;
}

function isOfSubAgent(meta: JsonFields): boolean {
  const source = meta.get('source');
  return (
    meta.get('thread_source') === 'subagent' ||
    typeof meta.get('parent_thread_id') === 'string' ||
    (typeof source === 'object' && source !== null && 'subagent' in source)
  );
}
