// Lets a service account restore sessions. It places the commands for root, the sudo rule that allows them, and the group.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { isOurFile, isThere, restoreGroup, rootPath, rulePath, say, sudoCommands } from './host-paths.mjs';

/**
 * Places the names of the commands, and the rule and the group if sudo is installed. It leaves files of others alone.
 * `groupCreated` is called when it has created the group. Returns whether every step worked.
 */
export function placeSudoRule(groupCreated) {
  for (const command of sudoCommands) {
    if (isForeign(command.link)) {
      say(`${command.link} is there and is not ours: it was left alone; ours is ${command.program}`);
    } else {
      placeLink(command);
    }
  }
  if (!existsSync(dirname(rulePath)) || run('visudo', '-V').error) {
    say(`sudo is not installed: ${sudoCommands[0].link} is for root alone; once sudo is there, install again`);
    return true;
  }
  if (isForeign(rulePath)) {
    say(`${rulePath} is there and is not ours: it was left alone`);
    return true;
  }
  return placeRule() && ensureGroup(groupCreated);
}

/** Removes everything that `placeSudoRule` placed: first the rule, then the commands and the group. */
export function removeSudoRule(isOurGroup) {
  removeOurs(rulePath);
  for (const { link } of sudoCommands) removeOurs(link);
  if (!isOurGroup || !hasGroup()) return;
  const { status, stderr } = run('groupdel', restoreGroup);
  say(status === 0 ? `removed the group ${restoreGroup}` : `the group ${restoreGroup} stays: ${stderr.trim()}`);
}

/** An earlier version placed the command itself. */
function placeLink({ link, program }) {
  const fresh = `${link}.new`;
  rmSync(fresh, { force: true });
  symlinkSync(program, fresh);
  renameSync(fresh, link);
}

/**
 * A wrong file makes sudo refuse every call of every user. So the rule is first checked under a name with a dot, which
 * sudo ignores.
 */
function placeRule() {
  const fresh = `${rulePath}.new`;
  writeFileSync(fresh, readFileSync('sudo/tmux-restore-user.sudoers', 'utf8'), { mode: 0o440 });
  chmodSync(fresh, 0o440);
  const { status, stdout, stderr } = run('visudo', '-cf', fresh);
  if (status === 0) {
    renameSync(fresh, rulePath);
    return true;
  }
  rmSync(fresh);
  say(`sudo got no rule for ${sudoCommands[0].link}, because visudo refused it: ${(stderr || stdout).trim()}`);
  return false;
}

function ensureGroup(groupCreated) {
  if (hasGroup()) return true;
  const { status, stderr } = run('groupadd', '--system', restoreGroup);
  if (status !== 0) {
    say(`the group ${restoreGroup} could not be created: ${stderr.trim()}`);
    return false;
  }
  // Called only after a success, because a group of unknown origin is never removed.
  groupCreated();
  return true;
}

function removeOurs(path) {
  if (!isThere(path)) return;
  if (isForeign(path)) return say(`${path} is not ours and stays`);
  rmSync(path);
  say(`removed ${path}`);
}

function hasGroup() {
  return run('getent', 'group', restoreGroup).status === 0;
}

function isForeign(path) {
  if (!isThere(path)) return false;
  if (!lstatSync(path).isSymbolicLink()) return !isOurFile(path);
  return !sudoCommands.some(({ link, program }) => link === path && program === readlinkSync(path));
}

function run(file, ...args) {
  return spawnSync(file, args, { encoding: 'utf8', env: { PATH: rootPath, LC_ALL: 'C.UTF-8' }, timeout: 60_000 });
}
