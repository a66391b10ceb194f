import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { shellQuote } from '../../core/own-command.ts';
import { type Installation, installationOnHost, installationsBeside, readNotes } from '../../systemd/installation.ts';
import { hostPlaces, sudoCommandsOf } from './host-places.ts';
import { removeManualPages } from './manual-pages.ts';
import { isOurDirectory, isOurFile, isThere } from './own-files.ts';
import { removeRights } from './sudo-rights.ts';
import { rulesOf } from './sudo-rule-places.ts';
import { uninstallUnits } from './units-of-installation.ts';

interface HostRemoval {
  readonly target: Installation;
  /** Whether the records go, too. */
  readonly purge: boolean;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/** Removes what `installOnHost` has placed. Returns false, and removes nothing else, when the units could not be removed. */
export async function uninstallFromHost({ target, purge, signal, say }: HostRemoval): Promise<boolean> {
  const { program, command } = target;
  const { configuration, exampleRoster, state } = hostPlaces;
  const isOurs = isThere(program) && isOurDirectory(program);
  if (isOurs && !(await uninstallUnits(target, signal, say))) {
    say('the units could not be removed, and so nothing else was');
    return false;
  }
  const remove = (path: string): void => {
    rmSync(path, { recursive: true, force: true });
    say(`removed ${path}`);
  };
  await removeRights(target, readNotes(program) ?? {}, say);
  if (isThere(command)) {
    if (isOurFile(command)) remove(command);
    else say(`${command} is not ours and stays`);
  }
  if (isThere(`${command}.predecessor`)) say(`the predecessor's script stays, as ${command}.predecessor`);
  for (const path of removeManualPages(target.manuals)) say(`removed ${path}`);
  if (existsSync(exampleRoster) && isUntouchedExample(program)) remove(exampleRoster);
  if (isOurs) remove(program);
  else if (isThere(program)) say(`${program} is not ours and stays`);
  if (existsSync(configuration) && readdirSync(configuration).length === 0) rmdirSync(configuration);
  const left = installationOnHost();
  if (left !== null) say(`${left.program} is in force now; to enable its units: ${shellQuote(left.launcher)} apply`);
  if (!existsSync(state)) return true;
  if (left !== null) say(`the records in ${state} stay: they are those of ${left.program} now`);
  else if (purge) remove(state);
  else say(`the records in ${state} stay; to remove them, too: rm -r ${state}`);
  return true;
}

/** What a removal would do, one line for each place of which something is there. */
export function removalSteps(target: Installation, purge: boolean): readonly string[] {
  const { program, command, manuals } = target;
  const { state } = hostPlaces;
  const isOurs = isThere(program) && isOurDirectory(program);
  const others = installationsBeside(target);
  const rights = [...rulesOf(target), ...sudoCommandsOf(target).flatMap(({ link }) => (isThere(link) ? [link] : []))];
  const hasRecords = purge && existsSync(state) && others.length === 0;
  return [
    ...(isOurs ? ['the units, stopped first; servers that they started live on'] : []),
    ...rights.map((path) => `${path}, for web terminals`),
    ...(isOurs && others.length === 0 ? ['the group and the account, where the installation has created them'] : []),
    ...(isThere(command) && isOurFile(command) ? [command] : []),
    ...(isOurs ? [`${program}, and its manual pages in ${manuals}`] : []),
    ...(hasRecords ? [`the records in ${state}`] : []),
    ...others.map((other) => `nothing of ${other.program}, another installation, and not the records`),
  ];
}

function isUntouchedExample(program: string): boolean {
  const original = join(program, 'roster.example.yaml');
  return existsSync(original) && readFileSync(original, 'utf8') === readFileSync(hostPlaces.exampleRoster, 'utf8');
}
