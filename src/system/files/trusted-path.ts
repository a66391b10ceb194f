import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { shellQuote } from '../../core/own-command.ts';
import { errnoName, systemErrorText } from '../errors.ts';

/** Why the target of a path must not be used: another user could change it. */
export interface Distrust {
  readonly path: string;
  /** A clause about the path, such as `it belongs to user id 1001`. */
  readonly why: string;
  /** The command that mends it; null when no single command would. */
  readonly mend: string | null;
}

/** Who may own a file and its directories. No other group than 0, which is root's, may have write access. */
interface Trust {
  readonly uids: readonly number[];
  /** Whether symbolic links of these owners are accepted. */
  readonly links: 'followed' | 'refused';
}

export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/** The trust rule for this process's own files: its user and root. For root, only root. */
export function ownTrust(): Trust {
  return { uids: [...new Set([process.geteuid?.() ?? 0, 0])], links: 'refused' };
}

/**
 * The first place between `/` and the target of a path that a user other than root could change. null when there is
 * none, or when nothing exists there yet. Links of root are followed. A parent such as /tmp is accepted, because nobody
 * can rename root's entries in it.
 */
export function distrustedPath(path: string): Distrust | null {
  let rest = partsOf(resolve(path));
  let current = '/';
  for (let links = 0; ;) {
    const stats = statsOf(current);
    if (stats === null) return null;
    if (typeof stats === 'string') return { path: current, why: stats, mend: null };
    const isLast = rest.length === 0;
    if (!isShared(stats) || isLast) {
      const distrust = distrustedEntry(current, stats, { uids: [0], links: 'followed' });
      // A user's home belongs to that user. So no command mends a path of root's that leads through it.
      if (distrust !== null) return isLast || stats.uid === 0 ? distrust : { ...distrust, mend: null };
    }
    if (stats.isSymbolicLink()) {
      links += 1;
      if (links > maxLinks) return { path: current, why: 'it is one of too many symbolic links', mend: null };
      const target = readlinkSync(current);
      current = target.startsWith('/') ? '/' : dirname(current);
      rest = [...partsOf(target), ...rest];
      continue;
    }
    const [next, ...others] = rest;
    if (next === undefined) return null;
    rest = others;
    current = join(current, next);
  }
}

/** Why one file or directory must not be used, without regard to its parents; null when it may. */
export function distrustedEntry(
  path: string,
  stats: Pick<Stats, 'uid' | 'gid' | 'mode' | 'isSymbolicLink'>,
  { uids, links }: Trust,
): Distrust | null {
  const word = shellQuote(path);
  if (stats.isSymbolicLink() && links === 'refused') {
    return { path, why: 'it is a symbolic link', mend: `mv -T ${word} ${shellQuote(`${path}.link`)}` };
  }
  if (!uids.includes(stats.uid)) {
    return { path, why: `it belongs to user id ${stats.uid}`, mend: `chown -h ${uids[0] ?? 0} ${word}` };
  }
  if (stats.isSymbolicLink()) return null;
  if ((stats.mode & 0o002) !== 0) return { path, why: 'everybody can change it', mend: `chmod go-w ${word}` };
  if ((stats.mode & 0o020) !== 0 && stats.gid !== 0 && uids[0] === 0) {
    return { path, why: `group id ${stats.gid} can change it`, mend: `chmod go-w ${word}` };
  }
  return null;
}

/** The same check, for what the system tells about the path. */
export function distrustedAt(path: string, trust: Trust): Distrust | null {
  const stats = statsOf(path);
  if (typeof stats === 'string') return { path, why: stats, mend: null };
  return stats === null ? null : distrustedEntry(path, stats, trust);
}

/** The text about a path whose name is already in the message. */
export function distrustText(named: string, { path, why, mend }: Distrust): string {
  const hint = mend === null ? '' : `; look at what is there, then: ${mend}`;
  return `${path === named ? '' : `${path}: `}${why}${hint}`;
}

/** The kernel's limit; more links count as a loop. */
const maxLinks = 40;

function partsOf(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

/** null when nothing is there. */
function statsOf(path: string): Stats | string | null {
  try {
    return lstatSync(path);
  } catch (error) {
    return errnoName(error) === 'ENOENT' ? null : systemErrorText(error);
  }
}

/** In a directory with the sticky bit, only its owner and the owner of an entry can rename or remove the entry. */
function isShared(stats: Stats): boolean {
  return stats.isDirectory() && stats.uid === 0 && (stats.mode & 0o1000) !== 0;
}
