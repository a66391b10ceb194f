/** What this host has to tell could not be read, which says nothing about what it is. */
export class HostReadError extends Error {
  override readonly name = 'HostReadError';

  constructor(path: string, reason: string) {
    super(`cannot read ${path}: ${reason}`);
  }
}
