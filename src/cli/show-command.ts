import type { Diagnostic } from '../core/diagnostic.ts';
import type { StoredManifest } from '../core/history.ts';
import { formatTsv, toPredecessorRows } from '../predecessor/view.ts';
import { renderManifestText, showDocument } from '../render/manifest.ts';
import { printableTable } from '../render/printable.ts';
import { type DamagedSnapshot, readNewestValid, readSnapshot } from '../state/snapshot-store.ts';
import { exitCodes, Refusal } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { openRecords } from './open-context.ts';
import { writeDiagnostics, writeResult } from './output.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { args, terminal } = invocation;
  const [user = '', id = null] = args.positionals;
  if (args.has('json') && args.has('tsv')) throw new Refusal('--json and --tsv exclude each other');
  const { stateDirectory } = await openRecords(invocation, user);
  const { stored, damaged } = id === null ? newest(stateDirectory, user) : named(stateDirectory, user, id);
  const diagnostics = damaged.map((one) => damagedSnapshot(user, one));
  if (args.has('tsv')) {
    writeDiagnostics(invocation, diagnostics);
    const tsv = formatTsv(toPredecessorRows(stored.manifest));
    terminal.writeOut(terminal.isOutShown ? printableTable(tsv) : tsv);
    return exitCodes.done;
  }
  writeResult(invocation, {
    document: () => showDocument(stored),
    text: (options) => renderManifestText(stored, { ...options, home: null }),
    diagnostics,
  });
  return exitCodes.done;
}

interface Shown {
  readonly stored: StoredManifest;
  /** Newer snapshots that were skipped. */
  readonly damaged: readonly DamagedSnapshot[];
}

function newest(stateDirectory: string, user: string): Shown {
  const { newest: found, damaged } = readNewestValid(stateDirectory, user);
  if (found !== null) return { stored: found, damaged };
  const [first] = damaged;
  if (first !== undefined)
    throw new Refusal(`no snapshot of ${user} is valid; the newest: ${first.id}: ${first.reason}`);
  throw new Refusal(`nothing is recorded of ${user} yet; record: tmux-persist save --user ${user}`);
}

function named(stateDirectory: string, user: string, id: string): Shown {
  const snapshot = readSnapshot(stateDirectory, user, id);
  if (snapshot === null) {
    throw new Refusal(`${user} has no snapshot ${JSON.stringify(id)}; list them: tmux-persist snapshots ${user}`);
  }
  if (snapshot.kind === 'damaged') throw new Refusal(`snapshot ${id} of ${user} is damaged: ${snapshot.reason}`);
  return { stored: { id, manifest: snapshot.manifest }, damaged: [] };
}

/** The diagnostic for a stored snapshot that is skipped. */
export function damagedSnapshot(user: string, { id, reason }: DamagedSnapshot): Diagnostic {
  const message = `snapshot ${id} is passed over: ${reason}`;
  return { severity: 'warning', code: 'snapshot-damaged', user, message };
}
