import { join } from 'node:path';

/** A name that would leave its place in the state directory was about to be used as a user's. */
export class UnsafeUserNameError extends Error {
  override readonly name = 'UnsafeUserNameError';
}

export function usersDirectory(stateDir: string): string {
  return join(stateDir, 'users');
}

export function userDirectory(stateDir: string, user: string): string {
  return join(usersDirectory(stateDir), safe(user));
}

export function snapshotsDirectory(stateDir: string, user: string): string {
  return join(userDirectory(stateDir, user), 'snapshots');
}

export function snapshotPath(stateDir: string, user: string, id: string): string {
  return join(snapshotsDirectory(stateDir, user), `${id}.json`);
}

export function heartbeatPath(stateDir: string, user: string): string {
  return join(userDirectory(stateDir, user), heartbeatFileName);
}

export const heartbeatFileName = 'last-save.json';

export function lastApplyPath(stateDir: string, user: string): string {
  return join(userDirectory(stateDir, user), lastApplyFileName);
}

export const lastApplyFileName = 'last-apply.json';

/** A directory of its own, which node_exporter can be pointed at. */
export function metricsDirectory(stateDir: string): string {
  return join(stateDir, 'metrics');
}

export function metricsPath(stateDir: string): string {
  return join(metricsDirectory(stateDir), metricsFileName);
}

export const metricsFileName = 'tmux-persist.prom';

/** The predecessor's three-column file. */
export function predecessorViewPath(stateDir: string, user: string): string {
  return join(stateDir, `${safe(user)}.tsv`);
}

export function lockDirectory(stateDir: string): string {
  return join(stateDir, 'lock');
}

export function lockPath(stateDir: string, user: string): string {
  return join(lockDirectory(stateDir), `${safe(user)}.lock`);
}

/** A file for each agent that may be starting at a time. No user's lock is called so: no name begins with a dot. */
export function startSlotPath(stateDir: string, slot: number): string {
  return join(lockDirectory(stateDir), `.start-${slot}.lock`);
}

/** Whoever holds it is next to get slots. */
export function startTurnPath(stateDir: string): string {
  return join(lockDirectory(stateDir), '.start-turn.lock');
}

/** Whether a name can stand for a user in a path: the roster has checked it, and this is the last door. */
export function isSafeUserName(user: string): boolean {
  return /^[^./\0][^/\0]*$/.test(user);
}

function safe(user: string): string {
  if (!isSafeUserName(user)) throw new UnsafeUserNameError(`${JSON.stringify(user)} cannot be a user's directory name`);
  return user;
}
