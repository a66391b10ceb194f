import type { Killer } from '../core/endings.ts';
import { type KillerKind, killerKindOf, killerReason } from '../core/kills/killers.ts';
import { printable } from './text/printable.ts';

/** Who killed a process: `by its own limit of 6 GiB`. */
export function killerWords(killer: Killer): string {
  return printable(killerReason(killer));
}

/** The same in a column that has no room for a figure or a name: `by its own limit`. */
export function briefKillerWords(killer: Killer): string {
  return `by ${briefWords[killerKindOf(killer)]}`;
}

const briefWords: Readonly<Record<KillerKind, string>> = {
  'own-limit': 'its own limit',
  'server-limit': "its server's limit",
  'user-limit': "its user's limit",
  limit: 'a limit',
  host: 'the kernel',
  earlyoom: 'earlyoom',
  'systemd-oomd': 'systemd-oomd',
  nohang: 'nohang',
};

/** Who killed a process, for the JSON documents. */
interface KillerDocument {
  /** Programs that read it may rely on these words. */
  readonly by: KillerKind;
  /** The control group whose limit it was; null when it was no limit. */
  readonly cgroup: string | null;
  /** null when it was no limit, or when nobody knows it any more. */
  readonly limitMib: number | null;
}

/** null when nobody killed it, or when nothing tells. */
export function killerDocument(killer: Killer | null): KillerDocument | null {
  if (killer === null) return null;
  const { cgroup, limitMib } = killer.kind === 'limit' ? killer : { cgroup: null, limitMib: null };
  return { by: killerKindOf(killer), cgroup, limitMib };
}
