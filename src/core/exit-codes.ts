/** The meaning of each exit status for scripts. */
export const exitCodes = {
  done: 0,
  failed: 1,
  refused: 2,
  pending: 3,
  incomplete: 4,
  locked: 5,
  interrupted: 130,
  terminated: 143,
} as const;

/**
 * What a failed unit's exit status means. systemd prints the names that init scripts have for the low ones
 * (`status=4/NOPERMISSION`), which mean something else here.
 */
export function exitStatusWords(status: number): string {
  const known = meanings.get(status);
  if (known === undefined) return ` with exit status ${status}`;
  const [systemdName, meaning] = known;
  return ` with exit status ${status} (${systemdName} is systemd's name for it): ${meaning}`;
}

const meanings: ReadonlyMap<number, readonly [systemdName: string, meaning: string]> = new Map([
  [exitCodes.failed, ['FAILURE', 'something that it tried did not succeed']],
  [exitCodes.refused, ['INVALIDARGUMENT', 'it refused to begin, as with a roster that cannot be used']],
  [exitCodes.pending, ['NOTIMPLEMENTED', 'changes are pending']],
  [exitCodes.incomplete, ['NOPERMISSION', 'somebody could not be looked at or recorded, the others were']],
  [exitCodes.locked, ['NOTINSTALLED', 'another run held the lock']],
  [203, ['EXEC', 'the program could not be started; install it again']],
]);
