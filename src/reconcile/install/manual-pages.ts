import { chmodSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { shellQuote } from '../../core/own-command.ts';
import { writeFileAtomic } from '../../system/files/atomic-file.ts';
import { isSystemError, StateWriteError } from '../../system/errors.ts';
import { quietly } from '../../system/files/read-file.ts';
import { mark } from '../../systemd/installation.ts';
import { isOurFile, isThere } from './own-files.ts';

/** A comment of roff(7), by which a placed page is known among those of others. */
const markComment = `.\\" ${mark}\n`;

/** The sections of the manual that have pages of this program. */
const sections = ['man1', 'man5', 'man8'] as const;

/**
 * Places the pages of an installed program where man(1) looks for them: `manuals` is a directory like `/usr/share/man`.
 * Returns what a person has to know. Another program's page stays, and no page is a reason to stop an installation.
 */
export function placeManualPages(program: string, manuals: string): readonly string[] {
  const source = join(program, 'man');
  try {
    return pagesIn(source).flatMap((name) => {
      const path = join(manuals, `man${name.slice(-1)}`, name);
      if (isThere(path) && !isOurPage(path))
        return [`${path} is not ours and stays; ours: man -l ${shellQuote(join(source, name))}`];
      placePage(path, readFileSync(join(source, name), 'utf8'));
      return [];
    });
  } catch (error) {
    if (!isSystemError(error) && !(error instanceof StateWriteError)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    return [`not every manual page could be placed in ${manuals}: ${why}`];
  }
}

/** Removes the pages that an installation of any version has placed. Returns their paths. */
export function removeManualPages(manuals: string): readonly string[] {
  return sections.flatMap((section) => {
    const directory = join(manuals, section);
    const pages = quietly(() => pagesIn(directory)) ?? [];
    const ours = pages.map((name) => join(directory, name)).filter(isOurPage);
    for (const path of ours) rmSync(path, { force: true });
    if (ours.length > 0) quietly(() => rmdirSync(directory));
    return ours;
  });
}

function pagesIn(directory: string): readonly string[] {
  return readdirSync(directory).filter((name) => /^tmux-persist(-[a-z]+)*\.[158]$/.test(name));
}

function isOurPage(path: string): boolean {
  return quietly(() => isOurFile(path)) ?? false;
}

function placePage(path: string, text: string): void {
  const directory = dirname(path);
  // Everybody is to read what root installs with a narrow umask.
  if (mkdirSync(directory, { recursive: true }) !== undefined) chmodSync(directory, 0o755);
  writeFileAtomic(path, markComment + text, { mode: 0o644, owner: null, existing: 'replace', durable: false });
}
