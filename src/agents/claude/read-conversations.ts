import { groupBy } from '../../core/group-by.ts';
import type { AgentProcess, AgentReading } from '../agent.ts';
import type { UserFiles } from '../user-files.ts';
import { launchOf } from './launch.ts';
import { settleClaims } from './settle-claims.ts';
import { type Subject, subjectOf } from './subject.ts';
import { type Weighed, weighSubjects } from './weigh-subjects.ts';

/** What each of one user's processes holds, by every source there is. */
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
    for (const weighed of settleClaims(weighSubjects(group, path, files), files)) {
      readings.set(weighed.subject.process, readingOf(weighed, files));
    }
  }
  return readings;
}

function readingOf({ subject, record, transcripts, verdict }: Weighed, files: UserFiles): AgentReading {
  const claims = verdict.kind === 'claims' ? verdict.claims : [];
  const [best] = claims;
  const lookup = best === undefined ? null : transcripts.find(best.id, [record?.cwd ?? null, subject.bearer.cwd]);
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
