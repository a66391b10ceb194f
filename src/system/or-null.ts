import { errnoName, systemErrorText } from './errors.ts';
import { HostReadError } from './host-read-error.ts';

/**
 * What a read gives, or null where there is nothing, or nothing that we may see: both can come to pass while one looks. Throws
 * HostReadError where the read itself failed, as with EIO or EMFILE: that is no answer.
 */
export function orNull<Value>(path: string, read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof HostReadError) throw error;
    if (saysNothingThere(error)) return null;
    throw new HostReadError(path, systemErrorText(error));
  }
}

/** What a read gives of something that every host has. Throws HostReadError. */
export function mustRead<Value>(path: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new HostReadError(path, systemErrorText(error));
  }
}

const nothingThere = new Set([
  'ENOENT',
  'ENOTDIR',
  'ESRCH',
  'ELOOP',
  'EISDIR',
  'ENAMETOOLONG',
  'ENXIO',
  'ENODEV',
  'EINVAL',
]);

const mayNotSee = new Set(['EACCES', 'EPERM']);

/** Also for what no call was made for: a path with a NUL byte, a file too large for a string. */
function saysNothingThere(error: unknown): boolean {
  const code = errnoName(error) ?? '';
  return nothingThere.has(code) || mayNotSee.has(code) || !/^E[A-Z0-9]+$/.test(code);
}
