import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoName, systemErrorText } from './system-error.ts';

/**
 * Why somebody besides root decides what is found at an absolute path; null where nobody does. Each directory on the way counts,
 * each link, and each directory that a link leads through. What is missing would be root's to make.
 */
export function whyNotRootsOwn(path: string): string | null {
  let place = '/';
  let rest = ['.', ...path.split('/')];
  // As many links as the kernel follows (path_resolution(7)).
  let linksLeft = 40;
  while (rest.length > 0) {
    const [name = '', ...others] = rest;
    rest = others;
    const next = name === '..' ? dirname(place) : join(place, name);
    const found = look(next);
    if (found === null) return null;
    if (typeof found === 'string') return found;
    const why = whyNotRoots(next, found);
    if (why !== null) return why;
    if (!found.isSymbolicLink()) {
      place = next;
      continue;
    }
    linksLeft -= 1;
    if (linksLeft < 0) return `${path} leads over too many links`;
    const target = readlinkSync(next);
    if (target.startsWith('/')) place = '/';
    rest = [...target.split('/'), ...rest];
  }
  return null;
}

function look(path: string): Stats | string | null {
  try {
    return lstatSync(path);
  } catch (error) {
    return errnoName(error) === 'ENOENT' ? null : `${path}: ${systemErrorText(error)}`;
  }
}

function whyNotRoots(path: string, found: Stats): string | null {
  if (found.uid !== 0) return `${path} belongs to the user with the number ${found.uid}`;
  // A link has no permissions of its own, and in a sticky directory nobody replaces what is root's.
  const isSafe = found.isSymbolicLink() || (found.isDirectory() && (found.mode & sticky) !== 0);
  return isSafe || (found.mode & writableByOthers) === 0 ? null : `${path} can be written by others than root`;
}

const sticky = 0o1000;
const writableByOthers = 0o022;
