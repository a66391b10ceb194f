import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { shellQuote } from '../core/own-command.ts';
import { errnoName, systemErrorText } from './errors.ts';

/** Why what a path leads to must not be used: somebody else could change it. */
export interface Distrust {
  readonly path: string;
  /** A clause about the path, such as `it belongs to user id 1001`. */
  readonly why: string;
  /** The command that mends it; null where that is not for one command to say. */
  readonly mend: string | null;
}

/** Who may own a file and its directories. Groups of others may not write there; group 0 is root's. */
interface Trust {
  readonly uids: readonly number[];
  /** Whether a symbolic link of theirs will do. */
  readonly links: 'followed' | 'refused';
}

export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/** For what this process keeps: its own and root's, and as root only that. */
export function ownTrust(): Trust {
  return { uids: [...new Set([process.geteuid?.() ?? 0, 0])], links: 'refused' };
}

/**
 * What somebody other than root could change on the way from `/` to what a path leads to; null when nothing, or nothing that
 * is there yet. Links of root's are followed. A directory such as /tmp, in which nobody can rename what is root's, will do on
 * the way.
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
      // Somebody's home is theirs: what root uses has no place in it.
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

/** Why one file or directory must not be used, whatever it lies in; null when it may. */
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

/** The same, with what the system says of the path. */
export function distrustedAt(path: string, trust: Trust): Distrust | null {
  const stats = statsOf(path);
  if (typeof stats === 'string') return { path, why: stats, mend: null };
  return stats === null ? null : distrustedEntry(path, stats, trust);
}

/** Says it of a path that was named before. */
export function distrustText(named: string, { path, why, mend }: Distrust): string {
  const hint = mend === null ? '' : `; look at what is there, then: ${mend}`;
  return `${path === named ? '' : `${path}: `}${why}${hint}`;
}

/** As the kernel: more are a loop. */
const maxLinks = 40;

function partsOf(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

/** null where nothing is. */
function statsOf(path: string): Stats | string | null {
  try {
    return lstatSync(path);
  } catch (error) {
    return errnoName(error) === 'ENOENT' ? null : systemErrorText(error);
  }
}

/** In a directory with the sticky bit, only its owner and that of an entry can rename or remove the entry. */
function isShared(stats: Stats): boolean {
  return stats.isDirectory() && stats.uid === 0 && (stats.mode & 0o1000) !== 0;
}
