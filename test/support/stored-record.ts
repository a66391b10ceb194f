import { readFileSync, writeFileSync } from 'node:fs';
import type { Manifest, SessionEntry } from '../../src/core/manifest.ts';
import { type Heartbeat, parseHeartbeat } from '../../src/state/heartbeat.ts';
import { digestOf, formatSnapshot } from '../../src/state/snapshot-document.ts';
import { listSnapshots, readNewestValid } from '../../src/state/snapshot-store.ts';
import { cellsOfLayout } from '../../src/tmux/layout.ts';
import { heartbeatPath, snapshotPath } from '../../src/state/state-paths.ts';
import type { Sandbox } from './persist-sandbox.ts';

type Stored = Pick<Sandbox, 'stateDirectory' | 'user'>;

/** The newest valid record of the sandbox's user; a test without one fails. */
export function storedManifest({ stateDirectory, user }: Stored): Manifest {
  const { newest } = readNewestValid(stateDirectory, user);
  if (newest === null) throw new Error('nothing valid is stored');
  return newest.manifest;
}

/** The sessions of the newest record, without what belongs to one server: ids, processes and times. */
export function lastingRecord(box: Stored): unknown {
  return storedManifest(box).sessions.map(({ tmuxId: _id, createdAt: _at, lastSeenAt: _seen, ...entry }) => ({
    ...entry,
    windows: entry.windows.map((window) => ({
      ...window,
      // tmux names it after its command, a moment later.
      name: window.automaticName ? null : window.name,
      // Older tmux write the numbers of the panes into it.
      layout: cellsOfLayout(window.layout ?? ''),
      panes: window.panes.map(({ tmuxId: _pane, command: _command, process: _process, agent, ...pane }) => ({
        ...pane,
        agent: agent === null ? null : { ...agent, process: null },
      })),
    })),
  }));
}

/** The stored entry of that name; a test without exactly one fails. */
export function storedSession(box: Sandbox, name: string): SessionEntry {
  const [entry, ...others] = storedManifest(box).sessions.filter((one) => one.name === name);
  if (entry === undefined || others.length > 0) throw new Error(`expected one entry of ${name}`);
  return entry;
}

/** Ids of the stored snapshots, newest first. */
export function snapshotIds({ stateDirectory, user }: Stored): readonly string[] {
  return listSnapshots(stateDirectory, user);
}

/** The file of a stored snapshot; of the newest one when no id is given. */
export function snapshotFile(box: Stored, id = snapshotIds(box)[0]): string {
  if (id === undefined) throw new Error('nothing is stored');
  return snapshotPath(box.stateDirectory, box.user, id);
}

export function storedHeartbeat({ stateDirectory, user }: Stored): Heartbeat {
  const heartbeat = parseHeartbeat(readFileSync(heartbeatPath(stateDirectory, user), 'utf8'));
  if (heartbeat === null) throw new Error('the heartbeat cannot be used');
  return heartbeat;
}

/** Makes everything stored look as if it was saved before the host's last boot. */
export function moveToEarlierBoot(box: Sandbox): void {
  const bootId = '00000000-0000-4000-8000-000000000000';
  writeFileSync(snapshotFile(box), formatSnapshot({ ...storedManifest(box), bootId }));
  const path = heartbeatPath(box.stateDirectory, box.user);
  writeFileSync(path, JSON.stringify({ ...storedHeartbeat(box), bootId }));
}

/** Makes the newest record look as if it was saved before the container started again, with a boot id that stays. */
export function moveToEarlierStart(box: Sandbox): void {
  const manifest = storedManifest(box);
  if (manifest.initStartTime === null) throw new Error('nothing tells here when PID 1 started');
  const initStartTime = String(Number(manifest.initStartTime) + 1);
  writeFileSync(snapshotFile(box), formatSnapshot({ ...manifest, initStartTime }));
}

/** Rewrites the newest record as an earlier version wrote it, which did not know when PID 1 started. */
export function withoutStartOfInit(box: Sandbox): void {
  const { initStartTime: _unknown, ...manifest } = storedManifest(box);
  const document = { formatVersion: 1, digest: digestOf(manifest), manifest };
  writeFileSync(snapshotFile(box), JSON.stringify(document));
}

/** Rewrites the newest record without a session, as retention does when its time has come. */
export function dropFromRecord(box: Sandbox, name: string): void {
  const manifest = storedManifest(box);
  const sessions = manifest.sessions.filter((entry) => entry.name !== name);
  writeFileSync(snapshotFile(box), formatSnapshot({ ...manifest, sessions }));
}

/** Makes it look as if the kernel has killed one process for memory since the last save. */
export function countOneOomKill(box: Stored): void {
  const heartbeat = storedHeartbeat(box);
  if (heartbeat.oomKills === null) throw new Error('this kernel counts no OOM kills');
  const oomKills = { ...heartbeat.oomKills, count: heartbeat.oomKills.count - 1 };
  writeFileSync(heartbeatPath(box.stateDirectory, box.user), JSON.stringify({ ...heartbeat, oomKills }));
}

/** Names of the sessions in a user's newest record, live or gone. */
export function storedSessionsOf(stateDirectory: string, user: string): readonly string[] {
  const { newest } = readNewestValid(stateDirectory, user);
  return newest?.manifest.sessions.map(({ name }) => name) ?? [];
}
