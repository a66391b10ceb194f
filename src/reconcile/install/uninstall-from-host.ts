import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hostPlaces } from './host-places.ts';
import { removeManualPages } from './manual-pages.ts';
import { isOurDirectory, isOurFile, isThere, readNotes } from './own-files.ts';
import { removeRights } from './sudo-rights.ts';
import { uninstallUnits } from './units-of-installation.ts';

interface HostRemoval {
  /** Whether the records go, too. */
  readonly purge: boolean;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/** Removes what `installOnHost` has placed. Returns false, and removes nothing else, when the units could not be removed. */
export async function uninstallFromHost({ purge, signal, say }: HostRemoval): Promise<boolean> {
  const { program, command, configuration, exampleRoster, state } = hostPlaces;
  const isOurs = isThere(program) && isOurDirectory(program);
  if (isOurs && !(await uninstallUnits(signal, say))) {
    say('the units could not be removed, and so nothing else was');
    return false;
  }
  const remove = (path: string): void => {
    rmSync(path, { recursive: true, force: true });
    say(`removed ${path}`);
  };
  await removeRights(readNotes(program) ?? {}, say);
  if (isThere(command)) {
    if (isOurFile(command)) remove(command);
    else say(`${command} is not ours and stays`);
  }
  if (isThere(`${command}.predecessor`)) say(`the predecessor's script stays, as ${command}.predecessor`);
  for (const path of removeManualPages(hostPlaces.manuals)) say(`removed ${path}`);
  if (existsSync(exampleRoster) && isUntouchedExample()) remove(exampleRoster);
  if (isOurs) remove(program);
  else if (isThere(program)) say(`${program} is not ours and stays`);
  if (existsSync(configuration) && readdirSync(configuration).length === 0) rmdirSync(configuration);
  if (!existsSync(state)) return true;
  if (purge) remove(state);
  else say(`the records in ${state} stay; to remove them, too: rm -r ${state}`);
  return true;
}

/** What a removal would do, one line for each place. */
export function removalSteps(purge: boolean): readonly string[] {
  const { program, command, state } = hostPlaces;
  return [
    'the units, stopped first; servers that they started live on',
    'the sudo rule, the commands of web terminals, and the group and the account that the installation has created',
    `${command}, its manual pages in ${hostPlaces.manuals}, and ${program}`,
    ...(purge ? [`the records in ${state}`] : []),
  ];
}

function isUntouchedExample(): boolean {
  const original = join(hostPlaces.program, 'roster.example.yaml');
  return existsSync(original) && readFileSync(original, 'utf8') === readFileSync(hostPlaces.exampleRoster, 'utf8');
}
