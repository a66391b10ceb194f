import { dirname } from 'node:path';
import process from 'node:process';
import {
  type HostInstallation,
  installationSteps,
  installOnHost,
  obstaclesOf,
} from '../../reconcile/install/install-on-host.ts';
import { nodeOfRelease } from '../../reconcile/install/node-of-release.ts';
import { installForPerson, personPlaces } from '../../reconcile/install/person-installation.ts';
import { personObstacles } from '../../reconcile/install/person-obstacles.ts';
import { personSystemdProblem } from '../../systemd/person-units.ts';
import { exitCodes, Refusal } from '../exit-codes.ts';
import { installationTarget } from '../host-target.ts';
import type { Invocation } from '../invocation.ts';
import { invokerOf } from '../open-context.ts';
import { sayOnStderr } from '../output.ts';
import { personInstalledLines, personPlannedLines } from '../person-installation-words.ts';
import { recordsPlaceOf, recordsVariables } from '../records-place.ts';
import { version } from '../version.ts';

/** `install`: the program and its units, for the host as root, or with `--user` for one person. */
export function run(invocation: Invocation): Promise<number> {
  return invocation.args.has('user') ? runForPerson(invocation) : runForHost(invocation);
}

/** This file is a chunk in dist/, which is in the release. */
const source = dirname(import.meta.dirname);

async function runForHost(invocation: Invocation): Promise<number> {
  const { args, env, terminal, signal } = invocation;
  refusePerson(invocation, 'install');
  const say = (text: string): void => terminal.writeError(`${text}\n`);
  const target = installationTarget(invocation);
  const installation: HostInstallation = {
    source,
    target,
    version,
    node: nodeOfRelease(source, target.program, process.execPath),
    invoker: invokerOf(env),
    signal,
    say,
  };
  const obstacles = obstaclesOf(installation);
  if (obstacles.length > 0) throw new Refusal(...obstacles);
  for (const step of installationSteps(installation)) terminal.writeOut(`${step}\n`);
  if (args.has('dry-run')) return exitCodes.done;
  const result = await installOnHost(installation);
  if (result === 'done') {
    terminal.writeOut('next: the users in /etc/tmux-persist/roster.yaml, then tmux-persist doctor\n');
  }
  return exitCodes[result];
}

async function runForPerson(invocation: Invocation): Promise<number> {
  const { args, env, terminal, signal } = invocation;
  const { account } = invokerOf(env);
  refuseRoot(invocation, 'install');
  refusePrefix(invocation);
  const places = personPlaces(account);
  const nodePath = nodeOfRelease(source, places.program, process.execPath).path;
  const noSystemd = await personSystemdProblem(account, signal);
  const obstacles = personObstacles(places, noSystemd === null);
  if (obstacles.length > 0) throw new Refusal(...obstacles.map((words) => `${words}; nothing was changed`));
  if (args.has('dry-run')) {
    terminal.writeOut(`${personPlannedLines(places, nodePath, noSystemd).join('\n')}\n`);
    return exitCodes.done;
  }
  const variables = recordsVariables(invocation);
  const result = await installForPerson({ account, source, node: nodePath, variables, noSystemd, signal });
  terminal.writeOut(`${personInstalledLines(result, places, env['PATH'] ?? '').join('\n')}\n`);
  if (result.units.kind === 'running') {
    for (const path of result.units.foreign) sayOnStderr(terminal, 'warning', `${path} is not ours: it was left alone`);
  }
  return exitCodes.done;
}

/** Throws Refusal for anybody but root. */
export function refusePerson({ uid }: Invocation, command: 'install' | 'uninstall'): void {
  if (uid === 0) return;
  throw new Refusal(
    `only root can ${command} for the host: use sudo; for yourself alone: tmux-persist ${command} --user`,
  );
}

/** Throws Refusal where this is not about one person. */
export function refuseRoot(invocation: Invocation, command: 'install' | 'uninstall'): void {
  const { uid, env } = invocation;
  if (uid === 0) {
    throw new Refusal(`--user is for a person without root; root serves the whole host: tmux-persist ${command}`);
  }
  if (command === 'install' && recordsPlaceOf(invocation, invokerOf(env).account).keeper === 'root') {
    throw new Refusal('root saves and restores your sessions on this host already; see: tmux-persist status');
  }
}

/** Throws Refusal for a prefix, because a person's own installation has its places in the home. */
export function refusePrefix({ args }: Pick<Invocation, 'args'>): void {
  if (args.has('prefix')) throw new Refusal('--prefix is for the installation on the host, and not for --user');
}
