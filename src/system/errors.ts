import { getSystemErrorMap } from 'node:util';

/** The errno name of a failed system call, such as `ENOSPC`; null for errors of another sort. */
export function errnoName(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** Whether it comes from the system by way of Node, which names the call and what it was about in the message. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'errno' in error;
}

/** The operating system's own words for a failed call, such as "no space left on device". */
export function systemErrorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const words =
    'errno' in error && typeof error.errno === 'number' ? getSystemErrorMap().get(error.errno)?.[1] : undefined;
  return words ?? error.message;
}
