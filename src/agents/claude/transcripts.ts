import type { FileFacts, UserFiles } from '../user-files.ts';
import { idOfTranscriptName } from './conversation-id.ts';
import { projectSlug } from './project-slug.ts';

/** The file of one conversation. */
export interface Transcript {
  readonly id: string;
  readonly path: string;
  /** The name of its directory below `projects`. */
  readonly project: string;
  readonly modifiedAtMs: number;
  readonly bornAtMs: number;
}

export type TranscriptLookup =
  | { readonly kind: 'found'; readonly transcript: Transcript }
  | { readonly kind: 'missing' }
  /** There is something by that name which Claude Code did not write: a link, a pipe, an empty or another user's file. */
  | { readonly kind: 'unusable' };

/** The transcripts below one config directory, looked up once each. */
export interface Transcripts {
  /** Looks in the directories that belong to `workingDirectories` first, then in all of them. */
  readonly find: (id: string, workingDirectories: readonly (string | null)[]) => TranscriptLookup;
  /** The name of the directory that belongs to a working directory. */
  readonly projectOf: (workingDirectory: string) => string;
  /** All that lie in the directory that belongs to a working directory, which it may share with others. */
  readonly beside: (workingDirectory: string) => readonly Transcript[];
}

const missing: TranscriptLookup = { kind: 'missing' };

/** Opens the transcripts below a config directory; nothing is read before it is asked for. */
export function transcriptsIn(configDirectory: string, projectName: string | null, files: UserFiles): Transcripts {
  const root = `${configDirectory}/projects`;
  const known = new Map<string, TranscriptLookup>();
  const listed = new Map<string, readonly Transcript[]>();
  let names: readonly string[] | undefined;
  const projectOf = (directory: string): string => projectName ?? projectSlug(directory);
  const search = (id: string, slugs: readonly string[]): TranscriptLookup => {
    let best = missing;
    for (const slug of slugs) {
      best = lookUp(root, slug, id, files);
      if (best.kind === 'found') return best;
    }
    names ??= files.list(root);
    for (const name of names) {
      const other = slugs.includes(name) ? missing : lookUp(root, name, id, files);
      if (isBetter(other, best)) best = other;
    }
    return best;
  };
  return {
    projectOf,
    find: (id, workingDirectories) => {
      const slugs = [...new Set(workingDirectories.flatMap((one) => (one === null ? [] : [projectOf(one)])))];
      const key = JSON.stringify([id, ...slugs]);
      const lookup = known.get(key) ?? search(id, slugs);
      known.set(key, lookup);
      return lookup;
    },
    beside: (workingDirectory) => {
      const project = projectOf(workingDirectory);
      const all = listed.get(project) ?? allIn(root, project, files);
      listed.set(project, all);
      return all;
    },
  };
}

function allIn(root: string, project: string, files: UserFiles): readonly Transcript[] {
  return files.list(`${root}/${project}`).flatMap((name) => {
    const id = idOfTranscriptName(name);
    const lookup = id === null ? missing : lookUp(root, project, id, files);
    return lookup.kind === 'found' ? [lookup.transcript] : [];
  });
}

/** Looks for a conversation in one directory below `projects`. */
export function lookUp(root: string, project: string, id: string, files: UserFiles): TranscriptLookup {
  const path = `${root}/${project}/${id}.jsonl`;
  const facts = files.stat(path);
  if (facts === null) return missing;
  if (!isReadable(facts, files.uid)) return { kind: 'unusable' };
  const { modifiedAtMs, bornAtMs } = facts;
  return { kind: 'found', transcript: { id, path, project, modifiedAtMs, bornAtMs } };
}

function isReadable({ kind, uid, size }: FileFacts, owner: number): boolean {
  return kind === 'file' && uid === owner && size > 0;
}

/** A conversation that moved may have left a copy behind; the one that was written to last is its own. */
function isBetter(other: TranscriptLookup, best: TranscriptLookup): boolean {
  if (other.kind === 'missing') return false;
  if (best.kind !== 'found') return other.kind === 'found' || best.kind === 'missing';
  return other.kind === 'found' && other.transcript.modifiedAtMs > best.transcript.modifiedAtMs;
}
