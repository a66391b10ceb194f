import { existsSync, rmSync } from 'node:fs';
import { shellQuote } from '../../core/own-command.ts';
import { personPlaces, uninstallForPerson } from '../../reconcile/install/person-installation.ts';
import { removalSteps, uninstallFromHost } from '../../reconcile/install/uninstall-from-host.ts';
import { exitCodes, Refusal } from '../exit-codes.ts';
import { removalTarget } from '../host-target.ts';
import type { Invocation } from '../invocation.ts';
import { invokerOf } from '../open-context.ts';
import { ownStateDirectory } from '../records-place.ts';
import { refusePerson, refusePrefix, refuseRoot } from './install-command.ts';

/** `uninstall`: removes what `install` has placed. The records stay, unless `--purge` is given. */
export function run(invocation: Invocation): Promise<number> {
  return invocation.args.has('user') ? runForPerson(invocation) : runForHost(invocation);
}

async function runForHost(invocation: Invocation): Promise<number> {
  const { args, terminal, signal } = invocation;
  refusePerson(invocation, 'uninstall');
  const purge = args.has('purge');
  if (purge) refuseNamedRecords(invocation);
  const target = removalTarget(invocation);
  if (args.has('dry-run')) {
    for (const step of removalSteps(target, purge)) terminal.writeOut(`${step}\n`);
    return exitCodes.done;
  }
  const say = (text: string): void => terminal.writeError(`${text}\n`);
  return (await uninstallFromHost({ target, purge, signal, say })) ? exitCodes.done : exitCodes.refused;
}

async function runForPerson(invocation: Invocation): Promise<number> {
  const { args, env, terminal, signal } = invocation;
  const { account } = invokerOf(env);
  refuseRoot(invocation, 'uninstall');
  refusePrefix(invocation);
  if (args.has('purge')) refuseNamedRecords(invocation);
  const stateDirectory = ownStateDirectory(invocation, account);
  const say = (text: string): void => terminal.writeOut(`${text}\n`);
  const hasRecords = existsSync(stateDirectory);
  if (args.has('dry-run')) {
    const { program, link, units, manuals } = personPlaces(account);
    say(`would stop and remove the units in ${units}, and remove ${link} and ${program}`);
    say(`would remove its manual pages in ${manuals}`);
    if (hasRecords) say(`would ${args.has('purge') ? 'remove' : 'keep'} the records in ${stateDirectory}`);
    return exitCodes.done;
  }
  const { removed, kept } = await uninstallForPerson(account, signal);
  for (const path of removed) say(`removed ${path}`);
  for (const path of kept) say(`${path} is not ours, and stays`);
  if (removed.length === 0) say('nothing of ours was installed');
  if (!hasRecords) {
    say(`no records are in ${stateDirectory}`);
  } else if (args.has('purge')) {
    rmSync(stateDirectory, { recursive: true });
    say(`removed the records in ${stateDirectory}`);
  } else {
    say(`the records in ${stateDirectory} stay; to remove them, too: rm -r ${shellQuote(stateDirectory)}`);
  }
  return exitCodes.done;
}

/** Throws Refusal where records would go that an installation does not know. */
function refuseNamedRecords({ args, env }: Invocation): void {
  const named = args.last('state-dir') ?? env['TMUX_PERSIST_STATE_DIR'] ?? '';
  if (named === '') return;
  throw new Refusal(`--purge removes no directory that was named; to remove it: rm -r ${shellQuote(named)}`);
}
