import { type Conversation, isUuid } from '../../core/conversation.ts';
import { onDemand } from '../../system/on-demand.ts';
import { type JsonFields, jsonFields, numberField, pathField, textField } from '../json-fields.ts';
import type { FileFacts, UserFiles } from '../user-files.ts';
import { isVersion } from './program.ts';

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
  /**
   * An entry of that name exists, but Claude Code did not write it: a link, a pipe, an empty file or another user's
   * file.
   */
  | { readonly kind: 'unusable' };

/** The transcripts below one config directory; each is looked up once. */
export interface Transcripts {
  /** Searches the directories of `workingDirectories` first, then all of them. */
  readonly find: (id: string, workingDirectories: readonly (string | null)[]) => TranscriptLookup;
  /** The name of the transcript directory for a working directory. */
  readonly projectOf: (workingDirectory: string) => string;
  /** All transcripts in the directory for a working directory. Several working directories may share it. */
  readonly beside: (workingDirectory: string) => readonly Transcript[];
}

const missing: TranscriptLookup = { kind: 'missing' };

/** The transcripts below a config directory; files are read only on demand. */
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
function lookUp(root: string, project: string, id: string, files: UserFiles): TranscriptLookup {
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

/** A conversation that moved may have left a copy. The file with the latest write is the current one. */
function isBetter(other: TranscriptLookup, best: TranscriptLookup): boolean {
  if (other.kind === 'missing') return false;
  if (best.kind !== 'found') return other.kind === 'found' || best.kind === 'missing';
  return other.kind === 'found' && other.transcript.modifiedAtMs > best.transcript.modifiedAtMs;
}

/** The facts from the first and last rows of a transcript. No other content of the conversation is used. */
export interface TranscriptFacts {
  readonly firstDirectory: string | null;
  readonly lastDirectory: string | null;
  /** The version that wrote last. */
  readonly version: string | null;
  readonly entrypoint: string | null;
  /** Whether it belongs to a sub-agent. */
  readonly isSidechain: boolean;
  /** Whether it has a title that a resume restores. */
  readonly hasTitle: boolean;
  /** Whether it began with `/clear` in another conversation. */
  readonly beginsWithClear: boolean;
}

const partBytes = 64 * 1024;

/** Looks into the first and the last 64 KiB of a transcript, when a fact is asked for. */
export function readTranscriptFacts(path: string, files: UserFiles): TranscriptFacts {
  const head = onDemand(() => files.readStart(path, partBytes) ?? '');
  const isWhole = onDemand(() => Buffer.byteLength(head()) < partBytes);
  const first = onDemand(() => rowsIn(head()));
  const last = onDemand(() => (isWhole() ? first() : rowsIn(files.readEnd(path, partBytes) ?? '')));
  const lastFirst = onDemand(() => last().toReversed());
  return {
    get firstDirectory() {
      return firstKnown(first(), directoryIn);
    },
    get lastDirectory() {
      return firstKnown(lastFirst(), directoryIn);
    },
    get version() {
      return firstKnown(lastFirst(), (row) => knownVersion(textField(row, 'version')));
    },
    get entrypoint() {
      return firstKnown(lastFirst(), (row) => textField(row, 'entrypoint'));
    },
    get isSidechain() {
      return firstKnown(first(), (row) => (row.has('isSidechain') ? row.get('isSidechain') === true : null)) ?? false;
    },
    get hasTitle() {
      if (!files.mentions(path, titleType, partBytes)) return false;
      return [...first(), ...last()].some((row) => row()?.get('type') === titleType);
    },
    get beginsWithClear() {
      return head().includes('<command-name>/clear');
    },
  };
}

const titleType = 'custom-title';

/** A row that is taken apart when it is asked for: few are, and a row can be long. null for what is no whole row. */
type Row = () => JsonFields | null;

/** The rows of a part; the part may begin and end within one. */
function rowsIn(part: string): readonly Row[] {
  return part.split('\n').flatMap((line) => (line.startsWith('{') ? [onDemand(() => jsonFields(line))] : []));
}

function firstKnown<Value>(rows: readonly Row[], valueIn: (fields: JsonFields) => Value | null): Value | null {
  for (const row of rows) {
    const fields = row();
    const value = fields === null ? null : valueIn(fields);
    if (value !== null) return value;
  }
  return null;
}

function knownVersion(text: string | null): string | null {
  return text !== null && isVersion(text) ? text : null;
}

function directoryIn(row: JsonFields): string | null {
  return pathField(row, 'relocatedCwd') ?? pathField(row, 'cwd');
}

const maxBytes = 256 * 1024;

/**
 * The time of the last prompt in a conversation, from the user's prompt history; null when the end of that file does
 * not tell.
 */
export function lastPromptAtMs(id: string, configDirectory: string, files: UserFiles): number | null {
  const lines = files.readEnd(`${configDirectory}/history.jsonl`, maxBytes)?.split('\n') ?? [];
  const last = lines.findLast((line) => line.includes(id) && jsonFields(line)?.get('sessionId') === id);
  const fields = last === undefined ? null : jsonFields(last);
  return fields === null ? null : numberField(fields, 'timestamp');
}

const maxLength = 200;

/**
 * The name of the directory in which Claude Code keeps the transcripts of a working directory.
 *
 * This is the rule of 2.1.113 to 2.1.329, by UTF-16 units. Several directories share one name (`a_b`, `a-b`). Releases
 * between 2.1.61 and 2.1.112 that ran on Bun hashed long names differently. So the search covers all directories.
 */
export function projectSlug(directory: string): string {
  const normal = directory.normalize('NFC');
  const plain = normal.replaceAll(/[^a-zA-Z0-9]/g, '-');
  return plain.length <= maxLength ? plain : `${plain.slice(0, maxLength)}-${Math.abs(hash(normal)).toString(36)}`;
}

/** Java's 32-bit string hash. */
function hash(text: string): number {
  let value = 0;
  for (let at = 0; at < text.length; at += 1) value = ((value << 5) - value + text.charCodeAt(at)) | 0;
  return value;
}

/**
 * The transcript that a hook's stamp points to; null for any other path, which is not followed. It must be a readable
 * file of the user, directly in a project's directory below that user's own `projects`.
 */
export function stampedTranscript(stamp: string | null, configDirectory: string, files: UserFiles): Transcript | null {
  const root = `${configDirectory}/projects`;
  if (stamp === null || !stamp.startsWith(`${root}/`)) return null;
  const [project = '', name = '', ...deeper] = stamp.slice(root.length + 1).split('/');
  const id = idOfTranscriptName(name);
  // Accepts only names that Claude Code gives such directories, so neither `..` nor an empty name.
  if (id === null || deeper.length > 0 || !/^[A-Za-z0-9_-]{1,255}$/.test(project)) return null;
  const lookup = lookUp(root, project, id, files);
  return lookup.kind === 'found' ? lookup.transcript : null;
}

/** The conversation that a stamp names, even when its transcript is missing; null when it names none. */
export function stampedConversation(stamp: string | null): Conversation | null {
  const id = idOfTranscriptName(stamp?.split('/').at(-1) ?? '');
  return id === null ? null : { agent: 'claude', id, ended: null };
}

/** The conversation id in a file name; null for other files, such as a sub-agent's `agent-….jsonl`. */
function idOfTranscriptName(name: string): string | null {
  const id = name.endsWith('.jsonl') ? name.slice(0, -'.jsonl'.length) : '';
  return isUuid(id) ? id : null;
}
