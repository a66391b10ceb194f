import type { UserFiles } from '../user-files.ts';
import { childSession } from './child-session.ts';
import type { RegistryRecord } from './registry-record.ts';
import { registryTrust, type RegistryTrust } from './registry-trust.ts';
import { readRegistry, type RegistryReading } from './registry.ts';
import { stampedTranscript } from './stamp.ts';
import type { Subject } from './subject.ts';
import { type Transcripts, transcriptsIn } from './transcripts.ts';
import { type NamedTranscript, type Sources, type Verdict, weighSources } from './weigh-sources.ts';

/** A process with its record and with what the sources that speak for it directly come to. */
export interface Weighed {
  readonly subject: Subject;
  readonly record: RegistryRecord | null;
  readonly transcripts: Transcripts;
  readonly verdict: Verdict;
}

/** Weighs the sources of all processes that share a config directory. */
export function weighSubjects(
  subjects: readonly Subject[],
  configDirectory: string,
  files: UserFiles,
): readonly Weighed[] {
  const wanted = subjects.map(({ bearer }) => ({ configDirectory, pid: bearer.pid }));
  const recorded = readRegistry(wanted, files).map((reading, at) => ownRecord(reading, subjects[at]));
  const known = new Map<string | null, Transcripts>();
  return subjects.map((subject, at) => {
    const registry = recorded[at] ?? null;
    const projectName = projectNameOf(subject);
    const transcripts = known.get(projectName) ?? transcriptsIn(configDirectory, projectName, files);
    known.set(projectName, transcripts);
    const isTaken = (id: string): boolean =>
      recorded.some(
        (other, place) => place !== at && other !== null && other !== 'torn' && other.record.sessionId === id,
      );
    const stamp = stampedTranscript(subject.process.stamp, configDirectory, files);
    const record = registry === null || registry === 'torn' ? null : registry.record;
    const sources = sourcesOf(subject, registry, transcripts);
    return { subject, record, transcripts, verdict: weighSources({ ...sources, stamp, isTaken }) };
  });
}

interface OwnRecord {
  readonly record: RegistryRecord;
  readonly trust: Exclude<RegistryTrust, 'stranger'>;
}

function ownRecord(reading: RegistryReading, subject: Subject | undefined): OwnRecord | 'torn' | null {
  if (reading.kind === 'torn') return 'torn';
  if (reading.kind !== 'record' || subject === undefined) return null;
  const { pid, startTime, startedAtMs } = subject.bearer;
  const trust = registryTrust(reading.record, { pid, startTime, startedAtMs, version: subject.version });
  return trust === 'stranger' ? null : { record: reading.record, trust };
}

function sourcesOf(
  { process, bearer, asked }: Subject,
  registry: OwnRecord | 'torn' | null,
  transcripts: Transcripts,
): Omit<Sources, 'stamp' | 'isTaken'> {
  const recorded = registry === null || registry === 'torn' ? null : registry.record;
  const places = [recorded?.cwd ?? null, bearer.cwd];
  const named = (id: string): NamedTranscript => ({ id, lookup: transcripts.find(id, places) });
  // An exact record goes before what a child was told, so the child's environment, a file for each, is not read. Behind a
  // script the children are the agent itself, whose own variables are those of whoever started it.
  const asksChildren = bearer === process && (registry === null || registry === 'torn' || registry.trust !== 'exact');
  const child = asksChildren ? childSession(process.children) : null;
  return {
    startedAtMs: bearer.startedAtMs,
    registry:
      registry === null || registry === 'torn'
        ? registry
        : { ...named(registry.record.sessionId), trust: registry.trust },
    argv: asked === null || asked.id === null ? null : named(asked.id),
    continues: asked?.continues ?? null,
    child: child === null ? null : named(child),
  };
}

function projectNameOf({ bearer }: Subject): string | null {
  const name = bearer.env('CLAUDE_CODE_PROJECT_DIR_NAME');
  // Heeded only together with a config directory of one's own (2.1.234).
  const isHeeded =
    name !== null && /^[A-Za-z0-9_-]{1,64}$/.test(name) && (bearer.env('CLAUDE_CONFIG_DIR') ?? '') !== '';
  return isHeeded ? name : null;
}
