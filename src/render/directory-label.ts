import { printable } from './printable.ts';

/** A directory as its owner would write it, with `~` for the home. */
export function directoryLabel(directory: string, home: string | null): string {
  if (home === null || home === '/') return printable(directory);
  if (directory === home) return '~';
  return printable(directory.startsWith(`${home}/`) ? `~${directory.slice(home.length)}` : directory);
}
