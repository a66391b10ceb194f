import { rmSync } from 'node:fs';
import { uninstallForPerson, personPlaces } from '../../reconcile/install/person-installation.ts';
import { exitCodes, Refusal } from '../exit-codes.ts';
import { refuseForHost } from './install-command.ts';
import type { Invocation } from '../invocation.ts';
import { invokerOf } from '../open-context.ts';
import { recordsPlaceOf } from '../records-place.ts';

/** `uninstall --user`: removes what `install --user` has placed. The records stay, unless `--purge` is given. */
export async function run(invocation: Invocation): Promise<number> {
  const { args, env, terminal, signal } = invocation;
  const { account } = invokerOf(env);
  refuseForHost(invocation);
  const { stateDirectory } = recordsPlaceOf(invocation, account);
  if (args.has('purge') && (args.has('state-dir') || (env['TMUX_PERSIST_STATE_DIR'] ?? '') !== '')) {
    throw new Refusal(`--purge removes no directory that was named; to remove it: rm -r ${stateDirectory}`);
  }
  const say = (text: string): void => terminal.writeOut(`${text}\n`);
  if (args.has('dry-run')) {
    const { program, link, units } = personPlaces(account);
    say(`would stop and remove the units in ${units}, and remove ${link} and ${program}`);
    say(
      args.has('purge')
        ? `would remove the records in ${stateDirectory}`
        : `would keep the records in ${stateDirectory}`,
    );
    return exitCodes.done;
  }
  const { removed, kept } = await uninstallForPerson(account, signal);
  for (const path of removed) say(`removed ${path}`);
  for (const path of kept) say(`${path} is not ours, and stays`);
  if (removed.length === 0) say('nothing of ours was installed');
  if (args.has('purge')) {
    rmSync(stateDirectory, { recursive: true, force: true });
    say(`removed the records in ${stateDirectory}`);
  } else {
    say(`the records in ${stateDirectory} stay; to remove them, too: rm -r ${stateDirectory}`);
  }
  return exitCodes.done;
}
