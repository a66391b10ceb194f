import { HostReadError } from './host-read-error.ts';
import { StateReadError } from './state-error.ts';

/** Whether something could not be read, which says nothing about what it holds. */
export function isReadError(error: unknown): error is HostReadError | StateReadError {
  return error instanceof HostReadError || error instanceof StateReadError;
}
