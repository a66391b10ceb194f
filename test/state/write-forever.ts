import { nextHeartbeat, writeHeartbeat } from '../../src/state/heartbeat.ts';
import { writePredecessorView } from '../../src/state/predecessor-view-file.ts';
import { pruneSnapshots } from '../../src/state/prune-snapshots.ts';
import { writeSnapshot } from '../../src/state/snapshot-store.ts';
import { lockPath, prepareLockDirectory } from '../../src/state/state-paths.ts';
import { lockFile } from '../../src/system/files/file-lock.ts';
import { sampleAccount, sampleLive, sampleManifest } from './sample-manifest.ts';

// Saves under the lock, over and over, until it is killed (or as often as its second argument says).
const [, , stateDir = '', rounds = 'Infinity'] = process.argv;
const started = new Date();

prepareLockDirectory(stateDir);
for (let round = 0; round < Number(rounds); round += 1) {
  const lock = await lockFile(lockPath(stateDir, 'emo'), { waitSeconds: 20 });
  if (lock.kind !== 'held') throw new Error(`no lock: ${JSON.stringify(lock)}`);
  save(round);
  lock.release();
  if (round === 0) process.stdout.write('first round done\n');
}

function save(round: number): void {
  const sessions = Array.from({ length: 20 }, (_, index) => sampleLive({ name: `s${process.pid}-${round}-${index}` }));
  const manifest = sampleManifest(sessions);
  // The clock stands still, so that every id but the first comes from the newest stored one.
  const snapshot = writeSnapshot(stateDir, sampleAccount, manifest, started);
  writePredecessorView(stateDir, sampleAccount, manifest, started);
  const time = started.toISOString();
  const facts = { oomKills: null, terminals: null, sessions: { live: sessions.length, gone: {} } };
  const outcome = { time, bootId: 'b', result: 'saved', snapshot, ...facts } as const;
  writeHeartbeat(stateDir, sampleAccount, nextHeartbeat(null, outcome));
  pruneSnapshots(stateDir, 'emo', 30);
}
