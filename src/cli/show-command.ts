import { formatTsv, toPredecessorRows } from '../manifest/predecessor-view.ts';
import { readNewestValid, readSnapshot } from '../manifest/snapshot-store.ts';
import { renderManifestText } from '../render/manifest-text.ts';
import { showDocument } from '../render/show-json.ts';
import { exitCodes } from './exit-codes.ts';
import type { StoredManifest } from '../core/history.ts';
import type { Invocation } from './invocation.ts';
import { openRecords } from './open-records.ts';
import { Refusal } from './refusal.ts';
import { writeResult } from './write-result.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { args, terminal } = invocation;
  const [user = '', id = null] = args.positionals;
  if (args.has('json') && args.has('tsv')) throw new Refusal('--json and --tsv exclude each other');
  const { stateDirectory } = await openRecords(invocation, user);
  const stored = id === null ? newest(stateDirectory, user) : named(stateDirectory, user, id);
  if (args.has('tsv')) {
    terminal.writeOut(formatTsv(toPredecessorRows(stored.manifest)));
    return exitCodes.done;
  }
  writeResult(invocation, {
    document: () => showDocument(stored),
    text: (options) => renderManifestText(stored, { ...options, home: null }),
    diagnostics: [],
  });
  return exitCodes.done;
}

function newest(stateDirectory: string, user: string): StoredManifest {
  const { newest: found, damaged } = readNewestValid(stateDirectory, user);
  if (found !== null) return found;
  const [first] = damaged;
  if (first !== undefined)
    throw new Refusal(`no snapshot of ${user} is valid; the newest: ${first.id}: ${first.reason}`);
  throw new Refusal(`nothing is recorded of ${user} yet; record: tmux-persist save --user ${user}`);
}

function named(stateDirectory: string, user: string, id: string): StoredManifest {
  const snapshot = readSnapshot(stateDirectory, user, id);
  if (snapshot === null) {
    throw new Refusal(`${user} has no snapshot ${JSON.stringify(id)}; list them: tmux-persist snapshots ${user}`);
  }
  if (snapshot.kind === 'damaged') throw new Refusal(`snapshot ${id} of ${user} is damaged: ${snapshot.reason}`);
  return { id, manifest: snapshot.manifest };
}
