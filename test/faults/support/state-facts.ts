import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseHeartbeat } from '../../../src/state/heartbeat.ts';
import { storedSnapshotsOf } from '../../../src/state/snapshot-source.ts';
import { listSnapshots, readNewestValid } from '../../../src/state/snapshot-store.ts';
import { heartbeatPath, predecessorViewPath } from '../../../src/state/state-paths.ts';
import type { FaultBox } from './fault-box.ts';

/** What a state directory holds, without what differs between two good runs of one scene. */
export interface StateFacts {
  readonly users: readonly UserFacts[];
  /** Every file and directory with its rights and owner, sorted; snapshots by the form of their names. */
  readonly tree: readonly string[];
  readonly temporary: readonly string[];
}

export interface UserFacts {
  readonly user: string;
  /** The newest valid record; null when there is none. */
  readonly newest: string | null;
  /** Every stored record, oldest first. */
  readonly records: readonly string[];
  readonly damaged: readonly string[];
  /** The predecessor's file; null when there is none. */
  readonly view: string | null;
  readonly heartbeat: 'none' | 'whole' | 'broken';
}

export function stateFacts(box: FaultBox): StateFacts {
  const tree = entriesBelow(box.stateDirectory);
  return {
    users: box.users.map((user) => userFacts(box, user)),
    tree: [...new Set(tree.map((line) => line.replaceAll(/\d{8}T\d{6}(?!\d)/g, 'ID')))],
    temporary: tree.filter((line) => line.endsWith('.tmp')),
  };
}

function userFacts({ stateDirectory, directory }: FaultBox, user: string): UserFacts {
  const { newest, damaged } = readNewestValid(stateDirectory, user);
  const ids = listSnapshots(stateDirectory, user).toReversed();
  const beat = textOf(heartbeatPath(stateDirectory, user));
  return {
    user,
    newest: newest === null ? null : comparable(newest.manifest, directory),
    records: ids.flatMap((id) => {
      const snapshot = storedSnapshotsOf(stateDirectory, user).read(id);
      return snapshot?.kind === 'valid' ? [comparable(snapshot.manifest, directory)] : [];
    }),
    damaged: damaged.map(({ id, reason }) => `${id}: ${reason}`),
    view: textOf(predecessorViewPath(stateDirectory, user))?.replaceAll(directory, '~') ?? null,
    heartbeat: beat === null ? 'none' : parseHeartbeat(beat) === null ? 'broken' : 'whole',
  };
}

const changing = new Set(
  'takenAt,lastSeenAt,goneAt,createdAt,at,server,bootId,tmuxId,process,title,command,version'.split(','),
);

/** A record as text, without times, process ids, tmux ids, and what a shell shows while it starts. */
function comparable(manifest: unknown, directory: string): string {
  const text = JSON.stringify(
    manifest,
    (key, value: unknown) => {
      if (changing.has(key)) return undefined;
      if (key === 'layout' && typeof value === 'string') return value.match(/\d+x\d+/g)?.join(' ');
      return isAutomaticWindow(value) ? { ...value, name: '' } : value;
    },
    1,
  );
  return text.replaceAll(directory, '~');
}

function isAutomaticWindow(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'automaticName' in value && value.automaticName === true;
}

function entriesBelow(directory: string): readonly string[] {
  return ['.', ...namesBelow(directory)].flatMap((path) => describe(directory, path)).toSorted();
}

function describe(directory: string, path: string): readonly string[] {
  try {
    const { mode, uid, gid } = lstatSync(join(directory, path));
    return [`${(mode & 0o7777).toString(8)} ${uid}:${gid} ${path}`];
  } catch {
    return [];
  }
}

function namesBelow(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
