import { runsSave } from '../core/units/saver.ts';
import { run } from '../system/programs/exec.ts';
import { isSystemdRunning, propertiesIn, systemdEnvironment } from './systemctl.ts';

/**
 * The active timers whose service runs a save, whoever made them: those of the system for root, and of their own systemd
 * for a person. None where systemd does not answer.
 */
export async function savingTimers(uid: number, signal: AbortSignal): Promise<readonly string[]> {
  if (!isSystemdRunning()) return [];
  const timers = await show(uid, ['--property=Id,Unit,ActiveState', '--', '*.timer'], signal);
  const active = timers.filter((timer) => timer.get('ActiveState') === 'active' && timer.has('Unit'));
  if (active.length === 0) return [];
  const services = active.map((timer) => timer.get('Unit') ?? '');
  const shown = await show(uid, ['--property=Id,ExecStart', '--', ...new Set(services)], signal);
  const saving = new Set(shown.filter((one) => runsSave(one.get('ExecStart') ?? '')).map((one) => one.get('Id')));
  return active.filter((timer) => saving.has(timer.get('Unit'))).map((timer) => timer.get('Id') ?? '');
}

async function show(
  uid: number,
  args: readonly string[],
  signal: AbortSignal,
): Promise<readonly ReadonlyMap<string, string>[]> {
  const own = uid === 0 ? [] : ['--user'];
  const env = { ...systemdEnvironment, ...(uid === 0 ? {} : { XDG_RUNTIME_DIR: `/run/user/${uid}` }) };
  const argv = ['systemctl', ...own, '--no-pager', 'show', ...args] as const;
  const { exitCode, stdout } = await run(argv, { timeoutMs: 5_000, env, signal });
  return exitCode === 0 ? propertiesIn(stdout) : [];
}
