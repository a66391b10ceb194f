import type { PlanDocument } from '../../support/plan-document.ts';
import type { ExecResult } from './exec-inside.ts';
import type { Machine } from './machine.ts';
import { repositoryInside } from './program-binds.ts';
import { waitFor } from './wait-for.ts';

/** Installs the program from a clone or from an unpacked release: what `npm run install:host` does. */
export function installFrom(machine: Machine, directory = repositoryInside): Promise<ExecResult> {
  return machine.exec(['node', 'scripts/install-host.mjs'], { cwd: directory, timeoutMs: 60_000 });
}

/**
 * Installs it with a watch that does nothing, for what must hold without the watch: a real one would heal a loss before
 * the test has looked at it. The unit is in order all the same, so that no apply mends it.
 */
export async function installWithoutWatch(machine: Machine): Promise<ExecResult> {
  const idle = '[Service]\nExecStart=\nExecStart=/usr/bin/sleep infinity\nWatchdogSec=0\n';
  await machine.writeFile('/etc/systemd/system/tmux-persist-watch.service.d/idle.conf', idle);
  return installFrom(machine);
}

export function uninstallFrom(machine: Machine, ...args: readonly string[]): Promise<ExecResult> {
  const more = args.length === 0 ? [] : ['--', ...args];
  return machine.exec(['npm', 'run', '--silent', 'uninstall:host', ...more], {
    cwd: repositoryInside,
    timeoutMs: 60_000,
  });
}

/** Accounts with these names, and a roster that lists them. */
export async function addRosterUsers(machine: Machine, ...names: readonly string[]): Promise<void> {
  for (const name of names) await machine.addUser(name);
  const text = `users:\n${names.map((name) => `  ${name}: {}\n`).join('')}`;
  await machine.writeFile('/etc/tmux-persist/roster.yaml', text);
}

/**
 * Has the unit save what is there now. A start while the timer's save runs would only wait for that one, which may have looked
 * before.
 */
export async function saveByUnit(machine: Machine): Promise<void> {
  const unit = 'tmux-persist-save.service';
  const isRunning = async () => (await machine.exec(['systemctl', 'is-active', unit])).stdout === 'activating\n';
  await waitFor(async () => !(await isRunning()), 30_000, 'the end of another save');
  await machine.output(['systemctl', 'start', unit]);
}

/** The unit actions of a plan, as `enable tmux-persist-save.timer: disabled → enabled`. */
export async function unitActions(machine: Machine): Promise<readonly string[]> {
  const { units } = await planIn(machine);
  return units.map(({ action, unit, before, after }) => `${action} ${unit}: ${before} → ${after}`);
}

export async function planIn(machine: Machine, command = 'tmux-persist'): Promise<PlanDocument> {
  const document: PlanDocument = JSON.parse(await machine.output([command, 'plan', '--json']));
  return document;
}

/** Names of a user's live sessions, sorted; none when no server answers. */
export async function sessionsOf(machine: Machine, user: string): Promise<readonly string[]> {
  const { stdout } = await machine.exec(['tmux', 'list-sessions', '-F', '#{session_name}'], { user });
  return stdout.split('\n').slice(0, -1).toSorted();
}
