import type { Account } from './account.ts';

/** Parses one line of passwd(5); null when it is not one. */
export function parsePasswdLine(line: string): Account | null {
  const [name, , uid, gid, , home, shell, ...rest] = line.split(':');
  if (name === undefined || uid === undefined || gid === undefined || home === undefined || shell === undefined) {
    return null;
  }
  if (name === '' || rest.length > 0 || !isNumericId(uid) || !isNumericId(gid)) return null;
  return { name, uid: Number(uid), gid: Number(gid), home, shell };
}

function isNumericId(text: string): boolean {
  return /^[0-9]{1,10}$/.test(text);
}
