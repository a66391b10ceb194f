import { describe, expect, test } from 'vitest';
import { addRosterUsers, installFrom, saveByUnit, sessionsOf } from './support/installed-program.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';

const timer = 'tmux-persist-save.timer';
const saveUnit = 'tmux-persist-save.service';
const restoreUnit = 'tmux-persist-restore.service';

describe('the timer of the saves', { timeout: 90_000 }, () => {
  const machine = useMachine();

  test('goes on when a save fails', async () => {
    await addRosterUsers(machine(), 'emo');
    expect((await installFrom(machine())).exitCode).toBe(0);
    await dropIn(saveUnit, '[Service]\nExecStart=\nExecStart=/bin/false\n');
    await dropIn(timer, '[Timer]\nOnUnitActiveSec=\nOnUnitActiveSec=1s\nAccuracySec=1ms\n');
    await machine().exec(['systemctl', 'start', saveUnit]);
    const runs = new Set<string>();
    await waitFor(
      async () => {
        runs.add(await show(saveUnit, 'InvocationID'));
        return runs.size > 3;
      },
      20_000,
      () => `four saves that fail; ${runs.size} were seen`,
    );
    expect(await show(timer, 'ActiveState')).toBe('active');
    // While one runs, what it came to is not known yet.
    await machine().output(['systemctl', 'stop', timer]);
    await waitFor(async () => (await show(saveUnit, 'ActiveState')) === 'failed', 20_000, 'the end of the last save');
    expect(await show(saveUnit, 'Result')).toBe('exit-code');
  });

  test('lets no save wait for a restore that takes long', async () => {
    await dropIn(saveUnit, '[Unit]\nDescription=A save\n');
    await dropIn(timer, '[Timer]\nOnBootSec=\nOnBootSec=1ms\nOnUnitActiveSec=5min\nAccuracySec=1ms\n');
    await dropIn(restoreUnit, '[Service]\nExecStartPre=/bin/sleep 5\n');
    await machine().output(['tmux', 'new-session', '-d', '-s', 'notes'], { user: 'emo' });
    await saveByUnit(machine());
    await machine().reboot();
    await waitFor(async () => (await show(restoreUnit, 'ActiveState')) === 'active', 30_000, 'the restore');
    const [saved, restoring] = await Promise.all([
      show(saveUnit, 'ExecMainExitTimestampMonotonic'),
      show(restoreUnit, 'ExecMainStartTimestampMonotonic'),
    ]);
    expect(Number(saved)).toBeGreaterThan(0);
    expect(Number(saved)).toBeLessThan(Number(restoring));
    expect(await show(saveUnit, 'Result')).toBe('success');
    // What the save noted as lost in the reboot came back all the same.
    expect(await sessionsOf(machine(), 'emo')).toEqual(['notes']);
  });

  test('ticks at once when it is started long after the boot', async () => {
    await machine().output(['systemctl', 'disable', timer]);
    await machine().reboot();
    expect(await show(timer, 'ActiveState')).toBe('inactive');
    expect(await show(saveUnit, 'ExecMainStartTimestampMonotonic')).toBe('0');
    await machine().output(['systemctl', 'start', timer]);
    await waitFor(async () => (await show(saveUnit, 'ExecMainStartTimestampMonotonic')) !== '0', 20_000, 'a save');
  });

  test('is due five minutes after the last save, whoever started that', async () => {
    await machine().output(['systemctl', 'start', saveUnit]);
    let nextSaveAt: string | null = null;
    // As long as a save runs, the timer does not say.
    await waitFor(
      async () => {
        const { units } = JSON.parse((await machine().exec(['tmux-persist', 'status', '--json'])).stdout);
        ({ nextSaveAt } = units);
        return nextSaveAt !== null;
      },
      20_000,
      'a next save',
    );
    const inSeconds = (Date.parse(nextSaveAt ?? '') - Date.now()) / 1000;
    expect(inSeconds).toBeLessThanOrEqual(5 * 60);
    expect(inSeconds).toBeGreaterThan(4 * 60);
  });

  /** Outlives boots, and replaces an earlier one of the same unit. */
  async function dropIn(unit: string, text: string): Promise<void> {
    await machine().writeFile(`/etc/systemd/system/${unit}.d/test.conf`, text);
    await machine().output(['systemctl', 'daemon-reload']);
  }

  async function show(unit: string, property: string): Promise<string> {
    return (await machine().output(['systemctl', 'show', `--property=${property}`, '--value', unit])).trim();
  }
});
