/**
 * The files of one user, read with that user's credentials and within bounds of count, size and time.
 *
 * Only regular files that belong to the user are read, never through a symbolic link in the last component, never
 * blocking. What cannot be read is null or empty: an agent's files are evidence, not commands.
 */
export interface UserFiles {
  readonly uid: number;
  readonly home: string;
  /** Up to `maxBytes` from the start of a file; null when there is no such file that may be read. */
  readonly readStart: (path: string, maxBytes: number) => string | null;
  readonly readEnd: (path: string, maxBytes: number) => string | null;
  /** Names in a directory, sorted; cut off at a bound. */
  readonly list: (path: string) => readonly string[];
  readonly stat: (path: string) => FileFacts | null;
  /** Paths that a process of the user holds open, some with ` (deleted)` behind; null when it does not show them. */
  readonly openFilesOf: (pid: number) => readonly string[] | null;
  /** Start time of a living process (clock ticks, as text); null when there is none. */
  readonly startTimeOf: (pid: number) => string | null;
}

export interface FileFacts {
  readonly kind: 'file' | 'directory' | 'other';
  readonly uid: number;
  readonly size: number;
  readonly modifiedAtMs: number;
  readonly bornAtMs: number;
}
