import { createHash } from 'node:crypto';
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
import { dirname, join } from 'node:path';
import { type Installation, installationsBeside, type InstallationNotes } from '../../systemd/installation.ts';
import { atPrefix } from './at-prefix.ts';
import {
  restoreGroup,
  type SudoCommand,
  sudoCommandsOf,
  sudoRulePath,
  sudoRulePathBeside,
  webAccount,
} from './host-places.ts';
import { isOurFile, isThere } from './own-files.ts';
import { isKnown, runTool } from './root-tools.ts';
import { rulePlaceFor, rulesOf } from './sudo-rule-places.ts';

interface PlaceRights {
  /** The release that is installed. */
  readonly source: string;
  readonly target: Installation;
  readonly say: (text: string) => void;
  /** Called after each success alone, because a group or an account of unknown origin is never removed. */
  readonly note: (notes: InstallationNotes) => void;
}

/**
 * Places the names of the commands, and, where sudo is installed, the rule, the group and the account of the page. It leaves
 * files of others alone. Returns whether every step worked.
 */
export async function placeRights({ source, target, say, note }: PlaceRights): Promise<boolean> {
  const commands = sudoCommandsOf(target);
  for (const { link, program } of commands) {
    if (isForeign(link, commands)) say(`${link} is there and is not ours: it was left alone; ours is ${program}`);
    else placeLink(link, program);
  }
  if (!existsSync(dirname(sudoRulePath)) || (await runTool('visudo', '-V')).failure === 'not-found') {
    say(`sudo is not installed: ${commands[0]?.link} is for root alone; once sudo is there, install again`);
    return true;
  }
  const path = rulePlaceFor(target);
  if (isForeign(path, commands)) {
    say(`${path} is there and is not ours: it was left alone`);
    return true;
  }
  if (!(await placeRule(source, target, path, say))) return false;
  return (await ensureGroup(say, note)) && (await ensureWebAccount(say, note));
}

/** Removes what `placeRights` has placed, and, where no other installation needs it, what it has created, in the opposite order. */
export async function removeRights(
  target: Installation,
  notes: InstallationNotes,
  say: (text: string) => void,
): Promise<void> {
  const commands = sudoCommandsOf(target);
  const links = commands.map(({ link }) => link);
  const isOnlyOne = installationsBeside(target).length === 0;
  // First the account, because a group with a member may stay.
  if (notes.createdAccount === true && isOnlyOne) await removeByTool('userdel', 'passwd', webAccount, say);
  const own = new Set([...rulesOf(target), ...links.filter((link) => !isForeign(link, commands))]);
  for (const path of [sudoRulePath, sudoRulePathBeside, ...links].filter(isThere)) {
    if (own.has(path)) rmSync(path);
    say(isThere(path) ? `${path} is not ours and stays` : `removed ${path}`);
  }
  if (notes.createdGroup === true && isOnlyOne) await removeByTool('groupdel', 'group', restoreGroup, say);
}

function placeLink(link: string, program: string): void {
  const fresh = `${link}.new`;
  rmSync(fresh, { force: true });
  symlinkSync(program, fresh);
  renameSync(fresh, link);
}

/**
 * A wrong file makes sudo refuse every call of every user. So the rule is first checked under a name with a dot, which
 * sudo ignores.
 */
async function placeRule(
  source: string,
  target: Installation,
  path: string,
  say: PlaceRights['say'],
): Promise<boolean> {
  const fresh = `${path}.new`;
  const rule = readFileSync(join(source, 'sudo/tmux-restore-user.sudoers'), 'utf8');
  writeFileSync(fresh, atPrefix(rule, target.prefix) + ruleForLinks(target), { mode: 0o440 });
  chmodSync(fresh, 0o440);
  const { exitCode, stdout, stderr } = await runTool('visudo', '-cf', fresh);
  if (exitCode === 0) {
    renameSync(fresh, path);
    return true;
  }
  rmSync(fresh);
  say(
    `sudo got no rule for ${join(target.commands, 'tmux-restore-user')}, because visudo refused it: ${(stderr || stdout).trim()}`,
  );
  return false;
}

/**
 * sudo 1.9.16 (Debian 13) does not take the name of a link for its file, as 1.9.13 does. So the rule has these names, too: each
 * with the hash of our file, because somebody else may put another one there.
 */
function ruleForLinks(target: Installation): string {
  const pinned = sudoCommandsOf(target).map(({ program, link }) => {
    return `sha256:${createHash('sha256').update(readFileSync(program)).digest('hex')} ${link}`;
  });
  return `%${restoreGroup} ALL=(root) NOPASSWD: NOSETENV: ${pinned.join(', \\\n    ')}\n`;
}

async function ensureGroup(say: PlaceRights['say'], note: PlaceRights['note']): Promise<boolean> {
  if (await isKnown('group', restoreGroup)) return true;
  const { exitCode, stderr } = await runTool('groupadd', '--system', restoreGroup);
  if (exitCode === 0) note({ createdGroup: true });
  else say(`the group ${restoreGroup} could not be created: ${stderr.trim()}`);
  return exitCode === 0;
}

/** The account, and its group of the same name, for a proxy to be a member of. It has no home and no shell. */
async function ensureWebAccount(say: PlaceRights['say'], note: PlaceRights['note']): Promise<boolean> {
  if (await isKnown('passwd', webAccount)) return true;
  const shape = ['--no-create-home', '--home-dir=/nonexistent', '--shell=/usr/sbin/nologin', '--user-group'];
  const { exitCode, stderr } = await runTool('useradd', '--system', ...shape, `--groups=${restoreGroup}`, webAccount);
  if (exitCode === 0) note({ createdAccount: true });
  else say(`the account ${webAccount} could not be created: ${stderr.trim()}`);
  return exitCode === 0;
}

async function removeByTool(
  tool: 'userdel' | 'groupdel',
  database: 'passwd' | 'group',
  name: string,
  say: (text: string) => void,
): Promise<void> {
  if (!(await isKnown(database, name))) return;
  const { exitCode, stderr } = await runTool(tool, name);
  const what = database === 'group' ? 'group' : 'account';
  say(exitCode === 0 ? `removed the ${what} ${name}` : `the ${what} ${name} stays: ${stderr.trim()}`);
}

function isForeign(path: string, commands: readonly SudoCommand[]): boolean {
  if (!isThere(path)) return false;
  if (!lstatSync(path).isSymbolicLink()) return !isOurFile(path);
  return !commands.some(({ link, program }) => link === path && program === readlinkSync(path));
}
