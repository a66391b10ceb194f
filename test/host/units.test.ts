import { describe, expect, test } from 'vitest';
import { addRosterUsers, installFrom, planIn, saveByUnit, unitActions } from './support/installed-program.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';

/** Of this program's units, and of what an administrator says about them. */
const directory = '/usr/local/lib/systemd/system';
const administrator = '/etc/systemd/system';
const timer = 'tmux-persist-save.timer';
const restoreUnit = 'tmux-persist-restore.service';
const watchUnit = 'tmux-persist-watch.service';
const [saveUnit, shutdownUnit] = ['tmux-persist-save.service', 'tmux-persist-shutdown.service'];
const pageUnits = ['tmux-persist-web.socket', 'tmux-persist-web.service', 'tmux-persist-ask.socket'] as const;
const units = [restoreUnit, saveUnit, timer, shutdownUnit, watchUnit, ...pageUnits] as const;

const enabledUnits = [restoreUnit, timer, shutdownUnit, watchUnit];

describe('the units of an installed program', () => {
  const machine = useMachine();

  test('are no business of a program that is not installed', async () => {
    const { exitCode, stdout } = await machine().exec(['node', '/srv/tmux-persist/dist/bin.js', 'apply', '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ units: [] });
    expect((await machine().exec(['ls', `${directory}/${timer}`])).exitCode).toBe(2);
  });

  test('are installed, enabled and started, and are what systemd accepts without a word', async () => {
    await addRosterUsers(machine(), 'emo');
    const { exitCode, stderr } = await installFrom(machine());
    expect(stderr).toContain('installed /usr/local/lib/tmux-persist');
    expect(exitCode).toBe(0);
    expect(await state('is-enabled', ...units)).toEqual([
      'enabled',
      'static',
      'enabled',
      'enabled',
      'enabled',
      // The page is an administrator's choice.
      'disabled',
      'static',
      'static',
    ]);
    expect(await state('is-active', timer, shutdownUnit, watchUnit)).toEqual(['active', 'active', 'active']);
    const verified = await machine().exec([
      'systemd-analyze',
      'verify',
      '--man=no',
      ...units.map((unit) => `${directory}/${unit}`),
    ]);
    expect(verified).toMatchObject({ exitCode: 0, stdout: '' });
    // systemd 247 has something to say about cgroups in a container; what is about a file names it. These came with 248.
    const newer = /Unknown key name '(NoExecPaths|ExecPaths|PrivateIPC)'/;
    const complaints = verified.stderr.split('\n').filter((line) => line.includes('tmux-persist') && !newer.test(line));
    expect(complaints).toEqual([]);
    expect(await unitActions(machine())).toEqual([]);
  });

  test('save by themselves once the timer runs, and nothing has failed', async () => {
    await machine().output(['tmux', 'new-session', '-d', '-s', 'notes'], { user: 'emo' });
    await saveByUnit(machine());
    expect(await machine().output(['tmux-persist', 'show', 'emo'])).toContain('notes');
    expect(await machine().output(['systemctl', 'list-units', '--failed', '--plain', '--no-legend'])).toBe('');
  });

  test('are in the status with the next save, and in what the doctor finds', async () => {
    const inOrder = /^host: next save \d{4}-\d\d-\d\d \d\d:\d\d, 11 units in order$/m;
    // While a save ends, the timer does not say yet.
    await waitFor(
      async () => inOrder.test((await machine().exec(['tmux-persist', 'status'])).stdout),
      10_000,
      'a next save',
    );
    const { units: found } = JSON.parse(await machine().output(['tmux-persist', 'status', '--json']));
    const inMs = Date.parse(found.nextSaveAt) - Date.now();
    expect(inMs).toBeGreaterThan(0);
    expect(inMs).toBeLessThan(5.5 * 60_000);
    expect(found.units.filter(({ problem }: { problem: string | null }) => problem !== null)).toEqual([]);
    await machine().output(['systemctl', 'disable', timer]);
    expect(await machine().output(['tmux-persist', 'doctor'])).toContain(
      `warning ${timer}: disabled → enabled\n        mend: tmux-persist apply\n`,
    );
    await mends();
  });

  test('come back enabled when someone disabled and stopped the timer', async () => {
    await machine().output(['systemctl', 'disable', '--now', timer]);
    expect(await machine().output(['tmux-persist', 'plan'])).toMatch(
      /^host\n {2}~ tmux-persist-save\.timer {3}disabled → enabled\n {2}~ tmux-persist-save\.timer {3}inactive → active\nPlan: 1 unit to enable \(~\), 1 unit to start \(~\)\.$/m,
    );
    await mends();
    expect(await state('is-active', timer)).toEqual(['active']);
  });

  test('are mended when someone edited a file, and the plan shows the difference', async () => {
    await machine().output(['sed', '-i', 's/OnUnitActiveSec=5min/OnUnitActiveSec=5h/', `${directory}/${timer}`]);
    const [action] = (await planIn(machine())).units;
    expect(action).toMatchObject({
      action: 'update',
      unit: timer,
      before: 'edited',
      after: `current; kept: ${timer}.kept`,
    });
    expect(action?.diff).toContain('\n-OnUnitActiveSec=5h\n+OnUnitActiveSec=5min\n');
    expect((await machine().exec(['tmux-persist', 'plan', '--exit-code'])).exitCode).toBe(3);
    await mends();
    expect(await machine().readFile(`${directory}/${timer}`)).toContain('OnUnitActiveSec=5min\n');
  });

  test('keep each edit beside that was mended, once', async () => {
    const edits = ['5h', '6h', '5h', '6h'];
    for (const edit of edits) {
      const edited = `s/OnUnitActiveSec=5min/OnUnitActiveSec=${edit}/`;
      await machine().output(['sed', '-i', edited, `${directory}/${timer}`]);
      await machine().output(['tmux-persist', 'apply']);
    }
    const kept = await machine().output(['sh', '-c', `cd ${directory} && grep -H ^OnUnitActiveSec= ${timer}*`]);
    expect(kept.split('\n').slice(0, -1)).toEqual([
      `${timer}:OnUnitActiveSec=5min`,
      `${timer}.kept:OnUnitActiveSec=5h`,
      `${timer}.kept.2:OnUnitActiveSec=6h`,
    ]);
    expect(await unitActions(machine())).toEqual([]);
  });

  test('let the watch start again with a file that was mended, and with another program', async () => {
    const pid = async () =>
      (await machine().output(['systemctl', 'show', '--property=MainPID', '--value', watchUnit])).trim();
    const before = await pid();
    await machine().output(['sed', '-i', 's/RestartSec=10/RestartSec=11/', `${directory}/${watchUnit}`]);
    await mends();
    const mended = await pid();
    expect(Number(mended)).toBeGreaterThan(Number(before));
    expect((await installFrom(machine())).exitCode).toBe(0);
    expect(Number(await pid())).toBeGreaterThan(Number(mended));
  });

  test('are written again when someone deleted a file', async () => {
    await machine().output(['rm', `${directory}/${restoreUnit}`, `${directory}/session-.scope.d/50-tmux-persist.conf`]);
    expect(await unitActions(machine())).toContain(`install ${restoreUnit}: missing → installed`);
    await mends();
    expect(await state('is-enabled', restoreUnit)).toEqual(['enabled']);
  });

  test('are loaded when a file was written and systemd never told, as by an apply that was killed', async () => {
    await machine().output(['touch', '-d', '+1 hour', `${directory}/${timer}`]);
    expect(await unitActions(machine())).toEqual([`update ${timer}: not reloaded → current`]);
    await machine().output(['touch', `${directory}/${timer}`]);
    await mends();
  });

  test('stay masked where someone masked them, and that is said', async () => {
    await machine().output(['systemctl', 'mask', restoreUnit]);
    const { units: actions, diagnostics } = await planIn(machine());
    expect(actions).toEqual([]);
    expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      `unit-masked: ${restoreUnit} is masked and is left so; to have it back: systemctl unmask ${restoreUnit}`,
    ]);
    await machine().output(['tmux-persist', 'apply']);
    expect(await state('is-enabled', restoreUnit)).toEqual(['masked']);
    await machine().output(['systemctl', 'unmask', restoreUnit]);
    expect(await state('is-enabled', restoreUnit)).toEqual(['enabled']);
    expect(await unitActions(machine())).toEqual([]);
  });

  test('are overridden by a copy of an administrator, which stays, and the plan names it', async () => {
    const copy = `${administrator}/${timer}`;
    const text = await machine().readFile(`${directory}/${timer}`);
    await machine().writeFile(copy, text.replace('OnUnitActiveSec=5min', 'OnUnitActiveSec=7min'));
    await machine().output(['systemctl', 'daemon-reload']);
    expect(await planIn(machine())).toMatchObject({ units: [], unitOverrides: [{ unit: timer, path: copy }] });
    expect(await machine().output(['tmux-persist', 'plan'])).toContain(`  · ${timer}   respects ${copy}\n`);
    await machine().output(['systemctl', 'disable', timer]);
    await mends();
    const { exitCode, stderr } = await installFrom(machine());
    expect(stderr).toContain(`${copy} was edited: it stays, and systemd takes it before ours\n`);
    expect(exitCode).toBe(0);
    expect(await machine().readFile(copy)).toContain('OnUnitActiveSec=7min');
    await machine().output(['rm', copy]);
    await machine().output(['systemctl', 'daemon-reload']);
    expect(await unitActions(machine())).toEqual([]);
  });

  test('move out of /etc, where an earlier version had them, and stay enabled', async () => {
    await machine().output(['systemctl', 'disable', ...enabledUnits]);
    const older = [...units, 'session-.scope.d/50-tmux-persist.conf'];
    await machine().output(['mkdir', '-p', `${administrator}/session-.scope.d`]);
    for (const name of older) await machine().output(['mv', `${directory}/${name}`, `${administrator}/${name}`]);
    await machine().output(['systemctl', 'daemon-reload']);
    await machine().output(['systemctl', 'enable', ...enabledUnits]);
    await machine().output(['sed', '-i', 's/OnUnitActiveSec=5min/OnUnitActiveSec=8min/', `${administrator}/${timer}`]);
    expect((await unitActions(machine())).toSorted()).toEqual(
      [
        ...older.filter((name) => name !== timer).map((name) => `move ${name}: in /etc → in /usr/local/lib`),
        `install ${timer}: missing → installed`,
      ].toSorted(),
    );
    await mends();
    const left = await machine().output(['find', administrator, '-name', '*tmux-persist*', '-type', 'f']);
    expect(left).toBe(`${administrator}/${timer}\n`);
    await machine().output(['rm', `${administrator}/${timer}`]);
    await machine().output(['systemctl', 'daemon-reload']);
    expect(await state('is-enabled', ...enabledUnits)).toEqual(enabledUnits.map(() => 'enabled'));
    // What names the file that was not ours is not ours to change.
    const dangling = await machine().output(['find', administrator, '-xtype', 'l']);
    expect(dangling).toBe(`${administrator}/timers.target.wants/${timer}\n`);
    expect(await unitActions(machine())).toEqual([]);
  });

  test("respect an administrator's drop-in, and the plan names it", async () => {
    const dropIn = `${administrator}/${timer}.d/often.conf`;
    await machine().writeFile(
      dropIn,
      '[Timer]\nOnUnitActiveSec=\nOnBootSec=1ms\nOnUnitActiveSec=1s\nAccuracySec=1ms\n',
    );
    await machine().output(['systemctl', 'daemon-reload']);
    expect(await planIn(machine())).toMatchObject({
      units: [],
      unitDropIns: [{ unit: timer, path: dropIn }],
      pending: false,
    });
    await machine().output(['tmux-persist', 'apply']);
    expect(await machine().readFile(dropIn)).toContain('OnUnitActiveSec=1s');
    expect(await machine().output(['systemctl', 'show', '--property=TimersMonotonic', timer])).toContain(
      'OnUnitActiveUSec=1s',
    );
    const ticks = async (): Promise<number> =>
      (await machine().journal('tmux-persist-save.service')).filter((line) => line.startsWith('Finished')).length;
    const before = await ticks();
    await waitFor(async () => (await ticks()) > before + 1, 15_000, 'two ticks of the timer');
  });

  test('leave a file in their place alone that does not bear our mark', async () => {
    const path = `${administrator}/tmux-persist-shutdown.service`;
    const foreign = '[Service]\nType=oneshot\nExecStart=/bin/true\n';
    await machine().writeFile(path, foreign);
    await machine().output(['systemctl', 'daemon-reload']);
    const { diagnostics } = await planIn(machine());
    expect(diagnostics.map(({ code }) => code)).toEqual(['unit-foreign']);
    await machine().output(['tmux-persist', 'apply']);
    expect(await machine().readFile(path)).toBe(foreign);
    await machine().output(['rm', path]);
    await machine().output(['systemctl', 'daemon-reload']);
    expect(await unitActions(machine())).toEqual([]);
  });

  test("take the place of the predecessor's, without stopping what its services started", async () => {
    const old = 't3-tmux-restore.service';
    await machine().writeFile('/usr/local/bin/t3-tmux-sessions', '#!/bin/sh\nsetsid sleep 1h &\n', '0755');
    await machine().writeFile(
      `${administrator}/${old}`,
      '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/local/bin/t3-tmux-sessions restore\n[Install]\nWantedBy=multi-user.target\n',
    );
    await machine().writeFile(
      `${administrator}/t3-tmux-save.timer`,
      '[Timer]\nOnCalendar=hourly\nUnit=t3-tmux-restore.service\n[Install]\nWantedBy=timers.target\n',
    );
    await machine().output(['systemctl', 'daemon-reload']);
    await machine().output(['systemctl', 'enable', '--now', old, 't3-tmux-save.timer']);
    expect(await unitActions(machine())).toEqual([
      `remove ${old}: enabled, active → removed`,
      'remove t3-tmux-save.timer: enabled, active → removed',
    ]);
    await mends();
    expect(await state('is-active', 't3-tmux-save.timer')).toEqual(['inactive']);
    expect((await machine().exec(['pgrep', '-f', 'sleep 1h'])).exitCode).toBe(0);
  });

  test('are left out with --no-units, with --user, and by restore', async () => {
    await machine().output(['systemctl', 'disable', '--now', timer]);
    for (const args of [['apply', '--no-units'], ['apply', '--user', 'emo'], ['restore']]) {
      await machine().output(['tmux-persist', ...args]);
      expect(await state('is-enabled', timer)).toEqual(['disabled']);
    }
    await mends();
  });

  /** Applies until nothing is pending: that is after one apply, and a second one does not so much as reload systemd. */
  async function mends(): Promise<void> {
    expect(await unitActions(machine())).not.toEqual([]);
    const before = await reloads();
    await machine().output(['tmux-persist', 'apply']);
    expect(await unitActions(machine())).toEqual([]);
    const after = await reloads();
    expect(after).toBeGreaterThan(before);
    await machine().output(['tmux-persist', 'apply']);
    expect(await reloads()).toBe(after);
  }

  async function reloads(): Promise<number> {
    const lines = await machine().output(['journalctl', '--boot', '--no-pager', '--output=cat', '_PID=1']);
    return lines.split('\n').filter((line) => line.startsWith('Reloading')).length;
  }

  async function state(question: string, ...names: readonly string[]): Promise<readonly string[]> {
    const { stdout } = await machine().exec(['systemctl', question, ...names]);
    return stdout.split('\n').slice(0, -1);
  }
});
