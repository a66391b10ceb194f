import { dirname } from 'node:path';
import process from 'node:process';
import {
  installForPerson,
  type PersonInstallation,
  type PersonPlaces,
  personPlaces,
} from '../../reconcile/install/person-installation.ts';
import { recordsPlaceOf } from '../records-place.ts';
import { personUnits } from '../../systemd/person-units.ts';
import { exitCodes, Refusal } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { invokerOf } from '../open-context.ts';
import { sayOnStderr } from '../output.ts';
import { version } from '../version.ts';

/** `install --user`: the program, its units and its command for one person without root. */
export async function run(invocation: Invocation): Promise<number> {
  const { args, env, terminal, signal } = invocation;
  const { account } = invokerOf(env);
  refuseForHost(invocation);
  const places = personPlaces(account);
  const node = process.execPath;
  if (args.has('dry-run')) {
    terminal.writeOut(`${plannedLines(places, node).join('\n')}\n`);
    return exitCodes.done;
  }
  // This file is a chunk in dist/, which is in the release.
  const source = dirname(import.meta.dirname);
  const result = await installForPerson({ account, source, node, signal });
  if (result.kind === 'refused') throw new Refusal(`${result.reason}; nothing was changed`);
  terminal.writeOut(`${installedLines(result, places, env['PATH'] ?? '').join('\n')}\n`);
  if (result.units.kind === 'running') {
    for (const path of result.units.foreign) sayOnStderr(terminal, 'warning', `${path} is not ours: it was left alone`);
  }
  return exitCodes.done;
}

/** Throws Refusal where this is not about one person. */
export function refuseForHost(invocation: Invocation): void {
  const { args, uid, env } = invocation;
  const command = uid === 0 ? 'npm run install:host' : 'sudo npm run install:host';
  if (!args.has('user'))
    throw new Refusal(`for the whole host, from a release or a clone: ${command}; for yourself: --user`);
  if (uid === 0) throw new Refusal(`--user is for a person without root; root serves the whole host: ${command}`);
  if (recordsPlaceOf(invocation, invokerOf(env).account).keeper === 'root') {
    throw new Refusal('root saves and restores your sessions on this host already; see: tmux-persist status');
  }
}

function plannedLines({ program, command, link, units }: PersonPlaces, node: string): readonly string[] {
  return [
    `would put the program, version ${version}, into ${program}`,
    `would let ${command} run it with ${node} (Node ${process.versions.node})`,
    `would let ${link} lead there`,
    `would put into ${units}, enable and start:`,
    ...personUnits.map(({ name, enabled }) => `  ${name}${enabled ? '' : ', which its timer starts'}`),
  ];
}

function installedLines(
  { isLinked, units }: Extract<PersonInstallation, { kind: 'installed' }>,
  { program, command, link }: PersonPlaces,
  path: string,
): readonly string[] {
  const typed = isLinked ? 'tmux-persist' : command;
  const isOnPath = path.split(':').includes(dirname(link));
  return [
    `installed ${program}, version ${version}`,
    ...(isLinked ? [] : [`${link} is another command, and stays; ours is ${command}`]),
    ...(isLinked && !isOnPath ? [`${dirname(link)} is not on your PATH: export PATH="$HOME/.local/bin:$PATH"`] : []),
    ...unitLines(units, command),
    `see: ${typed} status`,
  ];
}

function unitLines(
  units: Extract<PersonInstallation, { kind: 'installed' }>['units'],
  command: string,
): readonly string[] {
  if (units.kind === 'no-systemd') {
    return [
      `no units were installed: ${units.reason}`,
      'so put these lines into your crontab (crontab -e):',
      `  */5 * * * *  ${command} save --quiet`,
      `  @reboot      ${command} restore --quiet`,
    ];
  }
  return [
    ...units.kept.map((kept) => `an edited unit is kept as ${kept}`),
    'your sessions are recorded at once, and every five minutes; losses are healed',
    units.lingers
      ? 'they come back at boot'
      : 'they come back at your first login; at boot, too, with: loginctl enable-linger',
  ];
}
