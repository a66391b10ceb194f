// Removes what scripts/install-host.mjs installed. The records of sessions stay, unless --purge is given.
// Usage, as root: npm run uninstall:host [-- --purge]
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { isOurDirectory, isOurFile, isThere, ownPaths, readMarker, requireRoot, say, stop } from './host-paths.mjs';
import { removeSudoRule } from './sudo-rule.mjs';
import { removeWebAccount } from './web-account.mjs';

const purge = process.argv.includes('--purge');
const unknown = process.argv.slice(2).find((argument) => argument !== '--purge');
if (unknown !== undefined) stop(`${unknown} is not an option; there is only --purge`);
requireRoot();

const { program, command, configuration, exampleRoster, state } = ownPaths;
removeUnits();
const { createdGroup, createdAccount } = readMarker(program) ?? {};
// First the account, because a group with a member may stay.
if (createdAccount === true) removeWebAccount();
removeSudoRule(createdGroup === true);
if (isThere(command)) {
  if (isOurFile(command)) remove(command);
  else say(`${command} is not ours and stays`);
}
if (isThere(`${command}.predecessor`)) say(`the predecessor's script stays, as ${command}.predecessor`);
if (existsSync(exampleRoster) && isUntouchedExample()) remove(exampleRoster);
if (isThere(program)) {
  if (isOurDirectory(program)) remove(program);
  else say(`${program} is not ours and stays`);
}
if (existsSync(configuration) && readdirSync(configuration).length === 0) rmdirSync(configuration);
if (purge && existsSync(state)) remove(state);
else if (existsSync(state)) say(`the records in ${state} stay; to remove them, too: npm run uninstall:host -- --purge`);

function removeUnits() {
  const code = join(program, 'dist/host-units.js');
  if (!existsSync('/run/systemd/system') || !existsSync(code) || !isOurDirectory(program)) return;
  const { status } = spawnSync(process.execPath, [code, 'remove'], { stdio: 'inherit' });
  if (status !== 0) stop('the units could not be removed, and so nothing else was');
}

function isUntouchedExample() {
  const original = join(program, 'roster.example.yaml');
  return existsSync(original) && readFileSync(original, 'utf8') === readFileSync(exampleRoster, 'utf8');
}

function remove(path) {
  rmSync(path, { recursive: true, force: true });
  say(`removed ${path}`);
}
