import { isUuid } from '../../core/conversation.ts';
import { jsonFields, type JsonFields, pathField, textField } from '../claude/transcripts.ts';
import type { UserFiles } from '../user-files.ts';

/** A file in which Codex keeps a conversation. */
export interface Rollout {
  readonly id: string;
  readonly path: string;
  /** The directory of the conversation; null when it does not tell. */
  readonly directory: string | null;
  /** When the conversation was begun; NaN when it does not tell. */
  readonly begunAtMs: number;
  readonly writtenAtMs: number;
}

export type OpenRollouts =
  /** With `unreadable` it holds others as well, which were removed, or are not of this home, or make no sense. */
  | { readonly kind: 'seen'; readonly rollouts: readonly Rollout[]; readonly unreadable: boolean }
  /** The process does not show what it holds open. */
  | { readonly kind: 'hidden' };

/** The first line holds the instructions to the model as well: 22 KB in 0.169.0. */
const maxFirstLineBytes = 256 * 1024;
const maxDays = 4_000;

/** The conversations whose files a process holds open, without those of sub-agents; only of this Codex home. */
export function openRollouts(pid: number, codexHome: string, files: UserFiles): OpenRollouts {
  const paths = files.openFilesOf(pid);
  if (paths === null) return { kind: 'hidden' };
  const held = paths.flatMap((path) => {
    const match = /\/sessions(\/\d{4}\/\d\d\/\d\d\/rollout-[^/]*\.jsonl)( \(deleted\))?$/.exec(path);
    // The kernel tells a path without links; the same file is looked for by the home's own path.
    return match?.[1] === undefined ? [] : [match[2] === undefined ? `${codexHome}/sessions${match[1]}` : null];
  });
  const found = [...new Set(held)].map((path) => (path === null ? null : readRollout(path, files)));
  const rollouts = found.flatMap((one) => (one === null || one === 'sub-agent' ? [] : [one]));
  return { kind: 'seen', rollouts, unreadable: found.includes(null) };
}

/** The file of a conversation, by the directories of its days, the latest first; null when there is none. */
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
