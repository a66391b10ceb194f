import { getSystemErrorMap } from 'node:util';

/** The errno name of a failed system call, such as `ENOSPC`; null for errors of another sort. */
export function errnoName(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** Whether it is a Node error about a system call. Its message names the call and its object. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'errno' in error;
}

/** The operating system's text for a failed call, such as "no space left on device". */
export function systemErrorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const words =
    'errno' in error && typeof error.errno === 'number' ? getSystemErrorMap().get(error.errno)?.[1] : undefined;
  return words ?? error.message;
}

export type WriteStep =
  'create-directory' | 'create' | 'write' | 'set-owner' | 'sync' | 'place' | 'sync-directory' | 'verify' | 'remove';

/** A state file or directory could not be written. It holds the failed step and the system's text. */
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

/** State exists but could not be read. Never treat it as missing state. */
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

/** Whether a read failed, which tells nothing about the content. */
export function isReadError(error: unknown): error is HostReadError | StateReadError {
  return error instanceof HostReadError || error instanceof StateReadError;
}

/** A fact about this host could not be read, which tells nothing about its value. */
export class HostReadError extends Error {
  override readonly name = 'HostReadError';

  constructor(path: string, reason: string) {
    super(`cannot read ${path}: ${reason}`);
  }
}
