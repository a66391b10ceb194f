import process from 'node:process';

let answer: boolean | null = null;

/**
 * Whether this Node lets root take a user's ids. It refuses where its libuv might keep root's rights for what it does by
 * io_uring (CVE-2024-22017), as Debian 13's own Node does (20.19.2 with libuv 1.50).
 */
export function canTakeUserIds(): boolean {
  answer ??= keepsOwnIds();
  return answer;
}

/** Setting what is set already changes nothing, and is refused all the same. */
function keepsOwnIds(): boolean {
  try {
    process.seteuid?.(process.geteuid?.() ?? 0);
    return true;
  } catch {
    return false;
  }
}
