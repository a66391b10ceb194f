import { lstatSync } from 'node:fs';

/** Where the roster is looked for when nobody says, first match first. */
export const defaultRosterPaths: readonly string[] = ['/etc/tmux-persist/roster.yaml', '/etc/ttyd-user-map'];

interface RosterSearch {
  /** `--roster`; null when it is not given. */
  readonly flag: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly defaultPaths?: readonly string[];
}

/** The roster file to use; null means that there is none, and the invoking user stands alone. */
export function findRoster({ flag, env, defaultPaths = defaultRosterPaths }: RosterSearch): string | null {
  // An empty flag is a mistake (`--roster "$UNSET"`): it fails on reading, rather than to choose another file.
  if (flag !== null) return flag;
  const fromEnvironment = env['TMUX_PERSIST_ROSTER'] ?? '';
  if (fromEnvironment !== '') return fromEnvironment;
  return defaultPaths.find((path) => !isAbsent(path)) ?? null;
}

// Only "no such file" is absence. Anything else (no permission, a dangling link) has to fail when it is read.
function isAbsent(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}
