import type { Account } from '../../system/account.ts';
import { checkDirectories, fallbackCandidates } from '../../system/directories.ts';
import type { Context } from '../context.ts';

export interface RestorableDirectory {
  readonly path: string;
  /** What is said when it is not the recorded one; null when it is. */
  readonly note: string | null;
}

export type RestorableDirectories =
  | { readonly kind: 'checked'; readonly found: ReadonlyMap<string, RestorableDirectory> }
  | { readonly kind: 'unknown'; readonly reason: string };

const checkTimeoutMs = 10_000;

/** For each recorded directory the one to use: itself, else its nearest existing parent inside the home, else the home, else `/`. */
export async function restorableDirectories(
  context: Context,
  account: Account,
  recorded: readonly string[],
): Promise<RestorableDirectories> {
  const candidates = new Map(recorded.map((path) => [path, [path, ...fallbackCandidates(path, account.home)]]));
  const switches = context.invoker.account.uid !== account.uid;
  const asked = [...new Set([...candidates.values()].flat())];
  const check = await checkDirectories(account, switches, asked, checkTimeoutMs);
  if (check.kind === 'failed') return { kind: 'unknown', reason: check.reason };
  const found = [...candidates].map(([path, choices]) => {
    // Where tmux goes when the home cannot be entered either (3.3a).
    const usable = choices.find((choice) => check.usable.get(choice) === true) ?? '/';
    const why = check.silent.has(path) ? 'does not answer' : 'is missing or closed';
    const note = usable === path ? null : `it starts in ${usable}, because ${path} ${why}`;
    return [path, { path: usable, note }] as const;
  });
  return { kind: 'checked', found: new Map(found) };
}
