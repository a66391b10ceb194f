// The account that serves the page. It is a member of the group that may restore, and has no home and no shell.
import { spawnSync } from 'node:child_process';
import { restoreGroup, rootPath, say, webAccount } from './host-paths.mjs';

/**
 * Creates the account, and its group of the same name, for a proxy to be a member of. `accountCreated` is called when it
 * has created it. Returns whether nothing failed.
 */
export function ensureWebAccount(accountCreated) {
  if (isThere('passwd', webAccount)) return true;
  // Without sudo there is no such group, and the page could not restore anything.
  if (!isThere('group', restoreGroup)) return true;
  const shape = ['--no-create-home', '--home-dir=/nonexistent', '--shell=/usr/sbin/nologin', '--user-group'];
  const { status, stderr } = run('useradd', '--system', ...shape, `--groups=${restoreGroup}`, webAccount);
  if (status !== 0) {
    say(`the account ${webAccount} could not be created: ${stderr.trim()}`);
    return false;
  }
  // Called only after a success, because an account of unknown origin is never removed.
  accountCreated();
  return true;
}

export function removeWebAccount() {
  if (!isThere('passwd', webAccount)) return;
  const { status, stderr } = run('userdel', webAccount);
  say(status === 0 ? `removed the account ${webAccount}` : `the account ${webAccount} stays: ${stderr.trim()}`);
}

function isThere(database, name) {
  return run('getent', database, name).status === 0;
}

function run(file, ...args) {
  return spawnSync(file, args, { encoding: 'utf8', env: { PATH: rootPath, LC_ALL: 'C.UTF-8' }, timeout: 60_000 });
}
