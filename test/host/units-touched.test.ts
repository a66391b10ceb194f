import { describe, expect, test } from 'vitest';
import { breachesOf } from '../support/printed-document.ts';
import { addRosterUsers, installFrom, planIn, unitActions } from './support/installed-program.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';

/** Of this program's units, and of what an administrator says about them. */
const directory = '/usr/local/lib/systemd/system';
const administrator = '/etc/systemd/system';
const timer = 'tmux-persist-save.timer';
const saveUnit = 'tmux-persist-save.service';

describe('units that an administrator has a hand in', { timeout: 90_000 }, () => {
  const machine = useMachine();

  test('that are in order are not touched: no file is written, and systemd is not told anything', async () => {
    await addRosterUsers(machine(), 'emo');
    expect((await installFrom(machine())).exitCode).toBe(0);
    const [files, told] = [await fileTimes(), await toldOfSystemd()];
    await machine().output(['tmux-persist', 'apply']);
    await machine().output(['tmux-persist', 'apply', '--json']);
    expect(await fileTimes()).toBe(files);
    expect(await toldOfSystemd()).toEqual(told);
  });

  test('are a problem in status where a drop-in has left the timer nothing to wait for', async () => {
    const dropIn = `${administrator}/${timer}.d/emptied.conf`;
    await machine().writeFile(dropIn, '[Timer]\nOnUnitActiveSec=\nOnBootSec=1ms\nAccuracySec=1ms\n');
    await machine().output(['systemctl', 'daemon-reload']);
    await machine().output(['systemctl', 'restart', timer]);
    await waitFor(async () => (await nextSave()) !== 'a save is running', 15_000, 'the end of the save');
    expect(await machine().exec(['tmux-persist', 'status'])).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining(
        `host: no save will happen but the watch's: the timer is stopped\nhost: ${timer} will not elapse again:\n      systemctl cat ${timer}\n`,
      ),
    });
    await machine().output(['rm', dropIn]);
    await machine().output(['systemctl', 'daemon-reload']);
    await machine().output(['systemctl', 'restart', timer]);
    expect(await planIn(machine())).toMatchObject({ units: [], unitDropIns: [], pending: false });
  });

  test('keep the override that systemctl edit has made, and status goes by it', async () => {
    // The file is the last argument: newer releases put the line where to begin before it (systemd 257).
    const editor = '/root/editor';
    const text = String.raw`[Timer]\nOnBootSec=\nOnUnitActiveSec=\nOnCalendar=2040-01-01 00:00:00 UTC\n`;
    await machine().writeFile(editor, `#!/bin/sh\nfor file; do :; done\nprintf '${text}' >"$file"\n`, '0755');
    // It refuses to edit without a terminal.
    await machine().output(['script', '--quiet', '--return', '--command', `systemctl edit ${timer}`, '/dev/null'], {
      env: { SYSTEMD_EDITOR: editor },
    });
    const path = `${administrator}/${timer}.d/override.conf`;
    expect(await planIn(machine())).toMatchObject({ units: [], unitDropIns: [{ unit: timer, path }], pending: false });
    await machine().output(['tmux-persist', 'apply']);
    expect(await machine().readFile(path)).toContain('OnCalendar=2040');
    expect(await machine().output(['tmux-persist', 'status'])).toContain(
      'host: next save 2040-01-01 00:00, 11 units in order',
    );
    await machine().output(['systemctl', 'revert', timer]);
    expect(await planIn(machine())).toMatchObject({ units: [], unitDropIns: [], pending: false });
  });

  test('are loaded again when a drop-in was written and systemd never told, and the drop-in stays', async () => {
    const [known, dropIn] = [`${administrator}/${saveUnit}.d/a.conf`, `${administrator}/${saveUnit}.d/b.conf`];
    // In a directory that systemd does not know yet it would not see one (252).
    await machine().writeFile(known, '[Service]\n');
    await machine().output(['systemctl', 'daemon-reload']);
    await machine().writeFile(dropIn, '[Service]\nNice=7\n');
    expect(await unitActions(machine())).toEqual([`update ${saveUnit}: not reloaded → current`]);
    await machine().output(['tmux-persist', 'apply']);
    expect(await planIn(machine())).toMatchObject({
      units: [],
      unitDropIns: [known, dropIn].map((path) => ({ unit: saveUnit, path })),
    });
    expect(await machine().output(['systemctl', 'show', '--property=Nice', '--value', saveUnit])).toBe('7\n');
    await machine().output(['rm', known, dropIn]);
    await machine().output(['systemctl', 'daemon-reload']);
  });

  test('are enabled for good when they were so until the next boot only', async () => {
    await machine().output(['systemctl', 'disable', timer]);
    await machine().output(['systemctl', 'enable', '--runtime', timer]);
    expect(await unitActions(machine())).toEqual([`enable ${timer}: enabled-runtime → enabled`]);
    await machine().output(['tmux-persist', 'apply']);
    expect(await unitActions(machine())).toEqual([]);
    expect((await machine().exec(['ls', `${administrator}/timers.target.wants/${timer}`])).exitCode).toBe(0);
  });

  test('tick again when the service of the timer was deleted, and the timer has failed of it', async () => {
    await tickOften();
    await machine().output(['rm', `${directory}/${saveUnit}`]);
    await machine().output(['systemctl', 'daemon-reload']);
    await timerIs('failed');
    expect(await unitActions(machine())).toEqual([
      `install ${saveUnit}: missing → installed`,
      `start ${timer}: failed → active`,
    ]);
    await machine().output(['systemctl', 'stop', 'tmux-persist-watch.service']);
    expect(await machine().exec(['tmux-persist', 'status'])).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('host: no save will happen: the timer is stopped\n'),
    });
    await machine().output(['systemctl', 'start', 'tmux-persist-watch.service']);
    await machine().output(['tmux-persist', 'apply']);
    expect(await unitActions(machine())).toEqual([]);
    await timerIs('active');
  });

  test('are left alone as long as the service of the timer is masked, and tick again afterwards', async () => {
    await tickOften();
    await machine().output(['systemctl', 'mask', saveUnit]);
    await timerIs('failed');
    const { units, diagnostics } = await planIn(machine());
    expect({ units, codes: diagnostics.map(({ code }) => code) }).toEqual({ units: [], codes: ['unit-masked'] });
    expect((await machine().exec(['tmux-persist', 'apply'])).exitCode).toBe(0);
    const doctor = await machine().exec(['tmux-persist', 'doctor']);
    expect(doctor.stdout).toContain(`error   ${saveUnit}: is masked\n        mend: systemctl unmask ${saveUnit}\n`);
    expect(doctor.exitCode).toBe(1);
    await machine().output(['systemctl', 'unmask', saveUnit]);
    await machine().output(['tmux-persist', 'apply']);
    expect(await unitActions(machine())).toEqual([]);
    await timerIs('active');
  });

  test('stay disabled where an administrator has left them alone, and every command says since when and by what', async () => {
    await machine().output(['rm', '-rf', `/run/systemd/system/${timer}.d`]);
    await machine().output(['systemctl', 'disable', '--runtime', timer]);
    await machine().output(['systemctl', 'disable', '--now', timer]);
    const { stdout } = await machine().exec(['tmux-persist', 'units', '--leave', 'save']);
    const path = `${administrator}/${timer}.d/tmux-persist-leave.conf`;
    expect(stdout).toMatch(
      new RegExp(`^${timer} \\(disabled, inactive\\) is left alone,\n +since [0-9-]+ [0-9:]+ by\n +${path}$`, 'm'),
    );
    expect(await planIn(machine())).toMatchObject({
      units: [],
      unitDropIns: [],
      unitsLeftAlone: [{ unit: timer, path }],
    });
    expect(await machine().output(['tmux-persist', 'plan'])).toMatch(
      new RegExp(`^ {2}· ${timer} {3}left alone since [0-9:]+, by\n {6}${path}$`, 'm'),
    );
    await machine().output(['tmux-persist', 'apply']);
    expect((await installFrom(machine())).exitCode).toBe(0);
    expect((await machine().exec(['systemctl', 'is-enabled', timer])).stdout).toBe('disabled\n');
    await timerIs('inactive');
    expect(await machine().output(['tmux-persist', 'status'])).toContain(`      ${path}\n`);
    // The watch saves.
    const doctor = await machine().exec(['tmux-persist', 'doctor']);
    expect(doctor.stdout).toMatch(
      new RegExp(`^ok {6}${timer}: disabled, inactive; left alone since \\S+ by ${path}$`, 'm'),
    );
    expect(doctor.stdout).toMatch(/^ok {6}saves: come by themselves: the watch$/m);
    expect(doctor.exitCode).toBe(0);
  });

  test('leave an error of doctor behind when nothing else saves', async () => {
    await machine().output(['tmux-persist', 'units', '--leave', 'watch']);
    await machine().output(['systemctl', 'disable', '--now', 'tmux-persist-watch.service']);
    expect(await unitActions(machine())).toEqual([]);
    const doctor = await machine().exec(['tmux-persist', 'doctor']);
    expect(doctor.stdout).toContain(`        mend: tmux-persist units --heal ${timer}\n`);
    expect(doctor.exitCode).toBe(1);
  });

  test('are healed again at once, when that is asked for', async () => {
    const { exitCode, stdout } = await machine().exec([
      'tmux-persist',
      'units',
      '--heal',
      timer,
      '--heal',
      'watch',
      '--json',
    ]);
    expect(exitCode).toBe(0);
    expect(breachesOf(JSON.parse(stdout))).toEqual([]);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'units',
      units: expect.arrayContaining([
        expect.objectContaining({ unit: timer, state: 'enabled, active', leftAlone: null }),
      ]),
    });
    await timerIs('active');
    expect(await planIn(machine())).toMatchObject({ units: [], unitsLeftAlone: [] });
    expect((await machine().exec(['ls', `${administrator}/${timer}.d`])).exitCode).toBe(2);
  });

  test('are left alone by a drop-in of an administrator, too, which is theirs to remove', async () => {
    const path = `${administrator}/${timer}.d/ours.conf`;
    await machine().writeFile(path, '[X-TmuxPersist]\nLeave=yes\n');
    await machine().output(['systemctl', 'disable', '--now', timer]);
    expect(await planIn(machine())).toMatchObject({
      units: [],
      unitDropIns: [],
      unitsLeftAlone: [{ unit: timer, path }],
    });
    const { exitCode, stderr } = await machine().exec(['tmux-persist', 'units', '--heal', timer]);
    expect(stderr).toBe(`tmux-persist: ${timer} is still left alone, by ${path}, which is not ours to remove\n`);
    expect(exitCode).toBe(1);
    await machine().output(['rm', path]);
    await machine().output(['tmux-persist', 'apply']);
    await timerIs('active');
  });

  test('say what their exit status means when they have failed', async () => {
    await machine().writeFile('/etc/tmux-persist/roster.yaml', 'users: [emo]\n');
    await machine().exec(['systemctl', 'start', saveUnit]);
    const status = await machine().output(['systemctl', 'show', '--property=ExecMainStatus', '--value', saveUnit]);
    expect(status).toBe('4\n');
    const told = await machine().exec(['tmux-persist', 'status']);
    expect(told.stdout).toContain(`host: ${saveUnit} has failed with exit status 4 (NOPERMISSION is\n`);
    await machine().writeFile('/etc/tmux-persist/roster.yaml', 'users: { emo: {} }\n');
    await machine().output(['systemctl', 'start', saveUnit]);
  });

  async function tickOften(): Promise<void> {
    const dropIn = '[Timer]\nOnUnitActiveSec=\nOnUnitActiveSec=1s\nAccuracySec=1ms\n';
    await machine().writeFile(`/run/systemd/system/${timer}.d/often.conf`, dropIn);
    await machine().output(['systemctl', 'daemon-reload']);
    await machine().output(['systemctl', 'start', saveUnit]);
  }

  async function nextSave(): Promise<string> {
    const status = (await machine().exec(['tmux-persist', 'status'])).stdout;
    return /^host: ([^,\n]+)/m.exec(status)?.[1] ?? '';
  }

  function timerIs(wanted: string): Promise<void> {
    return waitFor(
      async () => (await machine().exec(['systemctl', 'is-active', timer])).stdout === `${wanted}\n`,
      15_000,
      `the timer to be ${wanted}`,
    );
  }

  /** When each file and directory of units was written, or changed in any other way. */
  function fileTimes(): Promise<string> {
    return machine().output(['find', directory, administrator, '/run/systemd/system', '-printf', '%p %T@ %C@ %i\\n']);
  }

  /** What systemd says it was asked to do to units or to itself; looking at units leaves no line. */
  async function toldOfSystemd(): Promise<readonly string[]> {
    await machine().output(['journalctl', '--sync']);
    const lines = await machine().output(['journalctl', '--boot', '--no-pager', '--output=cat', '_PID=1']);
    return lines.split('\n').filter((line) => /reload|tmux-persist/i.test(line));
  }
});
