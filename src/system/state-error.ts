import { errnoName, systemErrorText } from './errors.ts';

export type WriteStep =
  'create-directory' | 'create' | 'write' | 'set-owner' | 'sync' | 'place' | 'sync-directory' | 'verify' | 'remove';

/** A state file or directory could not be written, with the step that failed and the system's words. */
export class StateWriteError extends Error {
  override readonly name = 'StateWriteError';
  readonly path: string;
  readonly step: WriteStep;
  /** errno name, such as `ENOSPC`; null when no system call failed. */
  readonly code: string | null;

  constructor(path: string, step: WriteStep, cause: unknown) {
    super(`cannot ${verbOf(step)} ${path}: ${systemErrorText(cause)}`, { cause });
    this.path = path;
    this.step = step;
    this.code = errnoName(cause);
  }
}

/** State is there but could not be read: never to be taken for "there is none". */
export class StateReadError extends Error {
  override readonly name = 'StateReadError';
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string) {
    super(`cannot read ${path}: ${reason}`);
    this.path = path;
    this.reason = reason;
  }
}

function verbOf(step: WriteStep): string {
  if (step === 'create-directory') return 'create directory';
  return step === 'remove' ? 'remove' : 'write';
}
