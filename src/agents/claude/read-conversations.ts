import { groupBy } from '../../core/group-by.ts';
import type { AgentProcess, AgentReading, ProcessFacts } from '../agent.ts';
import type { UserFiles } from '../user-files.ts';
import { conversationArguments, type ConversationArguments } from './arguments.ts';
import { launchOf } from './launch.ts';
import {
  childSession,
  configDirectoryOf,
  type ConfigDirectory,
  mayBeClaude,
  type Program,
  programOf,
  roleOf,
  versionInPath,
} from './program.ts';
import {
  readRegistry,
  type RegistryReading,
  type RegistryRecord,
  registryTrust,
  type RegistryTrust,
} from './registry.ts';
import { resolveClaims } from './resolve-claims.ts';
import { jsonFields, textField } from '../json-fields.ts';
import { stampedTranscript, type Transcripts, transcriptsIn } from './transcripts.ts';
import { type NamedTranscript, type Sources, type Verdict, weighSources } from './weigh-sources.ts';

/** What each of one user's processes holds, according to every source. */
export function readConversations(
  processes: readonly AgentProcess[],
  files: UserFiles,
): ReadonlyMap<AgentProcess, AgentReading> {
  const readings = new Map<AgentProcess, AgentReading>();
  const subjects = processes.map((process) => subjectOf(process, files));
  for (const subject of subjects) {
    if (subject.config.kind === 'unusable')
      readings.set(subject.process, unusable(subject, subject.config.reason, files));
  }
  const homes = groupBy(subjects, ({ config }) => (config.kind === 'known' ? config.path : null));
  for (const [path, group] of homes) {
    if (path === null) continue;
    for (const weighed of resolveClaims(weighProcesses(group, path, files), files)) {
      readings.set(weighed.subject.process, readingOf(weighed, files));
    }
  }
  return readings;
}

function readingOf({ subject, record, transcripts, verdict }: Weighed, files: UserFiles): AgentReading {
  const claims = verdict.kind === 'claims' ? verdict.claims : [];
  const [best] = claims;
  const lookup = best === undefined ? null : transcripts.find(best.id, [record?.cwd ?? null, subject.holder.cwd]);
  const transcript = lookup?.kind === 'found' ? lookup.transcript : null;
  return {
    version: record?.version ?? subject.version,
    launch: launchOf(subject, record?.cwd ?? null, transcript, files),
    claims,
    fresh: verdict.kind === 'fresh',
    reason: verdict.kind === 'none' ? verdict.reason : null,
  };
}

function unusable(subject: Subject, reason: string, files: UserFiles): AgentReading {
  const launch = launchOf(subject, null, null, files);
  return { version: subject.version, launch, claims: [], fresh: false, reason };
}

/** A process with its record, and the verdict of its direct sources. */
export interface Weighed {
  readonly subject: Subject;
  readonly record: RegistryRecord | null;
  readonly transcripts: Transcripts;
  readonly verdict: Verdict;
}

/** Weighs the sources of all processes that share a config directory. */
function weighProcesses(subjects: readonly Subject[], configDirectory: string, files: UserFiles): readonly Weighed[] {
  const wanted = subjects.map(({ holder }) => ({ configDirectory, pid: holder.pid }));
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
  const { pid, startTime, startedAtMs } = subject.holder;
  const trust = registryTrust(reading.record, { pid, startTime, startedAtMs, version: subject.version });
  return trust === 'stranger' ? null : { record: reading.record, trust };
}

function sourcesOf(
  { process, holder, asked }: Subject,
  registry: OwnRecord | 'torn' | null,
  transcripts: Transcripts,
): Omit<Sources, 'stamp' | 'isTaken'> {
  const recorded = registry === null || registry === 'torn' ? null : registry.record;
  const places = [recorded?.cwd ?? null, holder.cwd];
  const named = (id: string): NamedTranscript => ({ id, lookup: transcripts.find(id, places) });
  // An exact record outranks the children, so their environments (one file each) are not read. The children of a script
  // are the agent itself, and their inherited variables come from another process.
  const asksChildren = holder === process && (registry === null || registry === 'torn' || registry.trust !== 'exact');
  const child = asksChildren ? childSession(process.children) : null;
  return {
    startedAtMs: holder.startedAtMs,
    registry:
      registry === null || registry === 'torn'
        ? registry
        : { ...named(registry.record.sessionId), trust: registry.trust },
    argv: asked === null || asked.id === null ? null : named(asked.id),
    continues: asked?.continues ?? null,
    child: child === null ? null : named(child),
  };
}

function projectNameOf({ holder }: Subject): string | null {
  const name = holder.env('CLAUDE_CODE_PROJECT_DIR_NAME');
  // Valid only together with a config directory set by the user (2.1.234).
  const isHeeded =
    name !== null && /^[A-Za-z0-9_-]{1,64}$/.test(name) && (holder.env('CLAUDE_CONFIG_DIR') ?? '') !== '';
  return isHeeded ? name : null;
}

/** A process whose conversation is wanted, with the facts known before any record is read. */
export interface Subject {
  readonly process: AgentProcess;
  readonly program: Program;
  /**
   * The process that holds the conversation: usually the same one. If a script called `claude` started it, the real
   * Claude Code.
   */
  readonly holder: ProcessFacts;
  readonly version: string | null;
  readonly config: ConfigDirectory;
  /** null when its arguments cannot be read. */
  readonly asked: ConversationArguments | null;
}

const unreadable: Program = { form: 'native', calledAs: null, args: null };

/** Collects what a process itself shows. */
export function subjectOf(process: AgentProcess, files: UserFiles): Subject {
  const program = programOf(process) ?? unreadable;
  const holder = (program.form === 'wrapper' ? process.children.find(isClaude) : undefined) ?? process;
  const own = programOf(holder) ?? program;
  return {
    process,
    program,
    holder,
    version: versionOf(own, holder.exe, files),
    config: configDirectoryOf(holder.env('CLAUDE_CONFIG_DIR'), files),
    asked: own.args === null ? null : conversationArguments(own.args),
  };
}

function isClaude(facts: ProcessFacts): boolean {
  return mayBeClaude(facts.comm) && roleOf(facts) === 'interactive';
}

function versionOf({ calledAs }: Program, exe: string | null, files: UserFiles): string | null {
  const inPath = [exe, calledAs].map((path) => (path === null ? null : versionInPath(path)));
  return inPath.find((version) => version !== null) ?? packageVersion(calledAs, files);
}

/** The version in the package's own description, when that file belongs to the user; null without one. */
function packageVersion(script: string | null, files: UserFiles): string | null {
  const directory = /^\/.*\/@anthropic-ai\/claude-code(?=\/)/.exec(script ?? '')?.[0];
  const text = directory === undefined ? null : files.readStart(`${directory}/package.json`, 64 * 1024);
  const fields = text === null ? null : jsonFields(text);
  const version = fields === null ? null : textField(fields, 'version');
  return version === null ? null : versionInPath(`/claude/versions/${version}`);
}
