import { lstatSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compareNames } from '../core/text.ts';
import { type Account, privateGroupOf } from '../system/host/accounts.ts';
import { type FileOwner, setFileRights } from '../system/files/atomic-file.ts';
import { ensureDirectory } from '../system/files/ensure-directory.ts';
import { errnoName, StateReadError, StateWriteError, systemErrorText } from '../system/errors.ts';
import { quietly } from '../system/files/read-file.ts';
import { distrustedPath, distrustText, isRoot } from '../system/files/trusted-path.ts';

/** A user name would lead outside of its place in the state directory. */
class UnsafeUserNameError extends Error {
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

/** Where a user's first snapshots are made ready, all of them, before they get their place. */
export function importingDirectory(stateDir: string, user: string): string {
  return join(userDirectory(stateDir, user), importingName);
}

export const importingName = 'snapshots.importing';

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

export function endingsPath(stateDir: string, user: string): string {
  return join(userDirectory(stateDir, user), 'endings.json');
}

/** What the watch has healed of the user's, and what it holds back. */
export function healsPath(stateDir: string, user: string): string {
  return join(userDirectory(stateDir, user), 'heals.json');
}

/** What saves noted of the user's snapshots, so that a list of them needs not read them. */
export function timelinePath(stateDir: string, user: string): string {
  return join(userDirectory(stateDir, user), timelineFileName);
}

/** The sessions that a person was about to close, as a web terminal said. */
export function closingsPath(stateDir: string, user: string): string {
  return join(userDirectory(stateDir, user), closingsFileName);
}

export const closingsFileName = 'closings.json';

export const timelineFileName = 'timeline.json';

/** What the watch does, for everybody who asks for the status. */
export function watchStatePath(stateDir: string): string {
  return join(stateDir, 'watch.json');
}

/** An empty file for each user, whose time says when a new record of that user was stored. */
export function changesDirectory(stateDir: string): string {
  return join(stateDir, 'changes');
}

/** The last roster in which nothing was wrong. */
export function lastGoodRosterPath(stateDir: string): string {
  return join(stateDir, 'roster.last-good.yaml');
}

/** A separate directory, so that node_exporter can read only the metrics. */
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

/** The names of the sessions that a person closed, as the predecessor's later versions keep them. */
export function tombstonesPath(stateDir: string, user: string): string {
  return join(stateDir, `${safe(user)}.forgotten.tsv`);
}

/** The sessions that the predecessor had seen at some time, as some of its versions kept them. */
export function seenSessionsPath(stateDir: string, user: string): string {
  return join(stateDir, `${safe(user)}.history.tsv`);
}

export function lockDirectory(stateDir: string): string {
  return join(stateDir, 'lock');
}

export function lockPath(stateDir: string, user: string): string {
  return join(lockDirectory(stateDir), `${safe(user)}.lock`);
}

/**
 * One file for each agent that may start at the same time. No user's lock has this name, because no user name begins
 * with a dot.
 */
export function startSlotPath(stateDir: string, slot: number): string {
  return join(lockDirectory(stateDir), `.start-${slot}.lock`);
}

/** The holder of this lock gets the next slots. */
export function startTurnPath(stateDir: string): string {
  return join(lockDirectory(stateDir), '.start-turn.lock');
}

/** Only one watch of these records can hold this lock. */
export function watchLockPath(stateDir: string): string {
  return join(lockDirectory(stateDir), '.watch.lock');
}

/** Whether a name is safe as a user's part of a path. The roster has checked it, and this is the last check. */
export function isSafeUserName(user: string): boolean {
  return /^[^./\0][^/\0]*$/.test(user);
}

function safe(user: string): string {
  if (!isSafeUserName(user)) throw new UnsafeUserNameError(`${JSON.stringify(user)} cannot be a user's directory name`);
  return user;
}

/** The owner and modes of a user's records. */
interface RecordRights {
  readonly owner: FileOwner | null;
  readonly fileMode: number;
  readonly directoryMode: number;
}

/**
 * As root, a user's own group may read the records, if nobody else is in it. Another invoker's records stay private.
 */
function recordRights(account: Account): RecordRights {
  const gid = isRoot() ? privateGroupOf(account) : null;
  const owner = isRoot() ? { uid: 0, gid: gid ?? 0 } : null;
  return gid === null
    ? { owner, fileMode: 0o600, directoryMode: 0o700 }
    : { owner, fileMode: 0o640, directoryMode: 0o750 };
}

/**
 * Creates the missing state directory and user's directories, and returns the rights for their content.
 *
 * As root: STATE and STATE/users have 0755 (the predecessor's own mode for STATE). The user's directory has 0750
 * root:group or 0700. Wrong rights are corrected, with those of all files inside. Not as root: STATE is 0700 and
 * private.
 */
export function prepareUserDirectories(stateDir: string, account: Account): RecordRights {
  prepareStateDirectory(stateDir);
  ensureDirectory(usersDirectory(stateDir), { mode: sharedMode(), owner: null, repair: false });
  const rights = recordRights(account);
  for (const path of [userDirectory(stateDir, account.name), snapshotsDirectory(stateDir, account.name)]) {
    if (isRoot()) mendRecords(path, rights);
    ensureDirectory(path, { mode: rights.directoryMode, owner: rights.owner, repair: isRoot() });
  }
  return rights;
}

/**
 * Corrects the files of a directory before the directory itself. If the run ends in between, the next run repeats the
 * correction.
 */
function mendRecords(directory: string, { owner, fileMode, directoryMode }: RecordRights): void {
  try {
    const found = lstatSync(directory, { throwIfNoEntry: false });
    if (found === undefined || !found.isDirectory() || owner === null) return;
    if (found.gid === owner.gid && (found.mode & 0o7777) === directoryMode) return;
    for (const name of readdirSync(directory)) setFileRights(join(directory, name), owner, fileMode);
  } catch (error) {
    throw new StateWriteError(directory, 'set-owner', error);
  }
}

/** Creates the directory of the locks, closed to other users: otherwise they could hold a user's lock forever. */
export function prepareLockDirectory(stateDir: string): void {
  prepareStateDirectory(stateDir);
  ensureDirectory(lockDirectory(stateDir), { mode: 0o700, owner: null, repair: false });
}

/** Creates the state directory, for a file that is not of one user. */
export function prepareSharedFiles(stateDir: string): void {
  prepareStateDirectory(stateDir);
}

/** Creates the directory of the metrics, as open as the state directory. */
export function prepareMetricsDirectory(stateDir: string): void {
  prepareStateDirectory(stateDir);
  ensureDirectory(metricsDirectory(stateDir), { mode: sharedMode(), owner: null, repair: false });
}

/** Users with a directory in the state directory, sorted; some may have left the roster since. */
export function listStoredUsers(stateDir: string): readonly string[] {
  const path = usersDirectory(stateDir);
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && isSafeUserName(entry.name))
      .map((entry) => entry.name)
      .toSorted(compareNames);
  } catch (error) {
    if (errnoName(error) === 'ENOENT') return [];
    throw new StateReadError(path, systemErrorText(error));
  }
}

function prepareStateDirectory(stateDir: string): void {
  const parent = dirname(stateDir);
  try {
    mkdirSync(parent, { recursive: true, mode: sharedMode() });
  } catch (error) {
    throw new StateWriteError(parent, 'create-directory', error);
  }
  // A link as the state directory is followed. A user decides about their own, and as root every link on the way
  // belongs to root.
  ensureDirectory(quietly(() => realpathSync(stateDir)) ?? stateDir, {
    mode: sharedMode(),
    owner: null,
    repair: false,
  });
  const distrust = isRoot() ? distrustedPath(stateDir) : null;
  if (distrust !== null)
    throw new StateWriteError(stateDir, 'create-directory', new Error(distrustText(stateDir, distrust)));
}

function sharedMode(): number {
  return isRoot() ? 0o755 : 0o700;
}
