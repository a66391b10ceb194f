import { type FSWatcher, statSync, watch } from 'node:fs';
import { quietly } from '../system/files/read-file.ts';

export interface WatchedDirectory {
  /**
   * Whether all changes since the last question were told. It may be missing until the first save, and be made anew; then
   * some were not.
   */
  readonly isWatched: () => boolean;
  readonly close: () => void;
}

/** Calls back with the name of each file that changes in a directory. */
export function watchDirectory(path: string, onChange: (name: string) => void): WatchedDirectory {
  let current: { readonly watcher: FSWatcher; readonly inode: number } | null = null;
  const stop = (): void => {
    current?.watcher.close();
    current = null;
  };
  const inodeNow = (): number | null => quietly(() => statSync(path).ino);
  const ensure = (): boolean => {
    const inode = inodeNow();
    if (current !== null && current.inode === inode) return true;
    stop();
    if (inode === null) return false;
    const watcher = quietly(() =>
      watch(path, { persistent: false }, (_, name) => {
        if (name !== null) onChange(name);
      }),
    );
    if (watcher === null) return false;
    watcher.on('error', stop);
    current = { watcher, inode };
    return false;
  };
  ensure();
  return { isWatched: ensure, close: stop };
}
