import { describe, expect, test } from 'vitest';
import { installFrom, planIn, sessionsOf, uninstallFrom, unitActions } from './support/installed-program.ts';
import {
  installSeries,
  installUnderFirstName,
  installUnderLastName,
  laterScript,
  predecessorScript,
} from './support/predecessor.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';

const command = '/usr/local/bin/tmux-persist';
const units = '/etc/systemd/system';
const ours = ['tmux-persist-restore.service', 'tmux-persist-save.service', 'tmux-persist-save.timer'] as const;
const firstNames = ['t3-tmux-restore.service', 't3-tmux-save.service', 't3-tmux-save.timer'];
const id = '3f36c85e-0000-4000-8000-000000000001';

const hourMs = 3_600_000;

describe('a host with the predecessor', { timeout: 60_000 }, () => {
  const machine = useMachine();

  test('keeps its command where that is not the script that we know', async () => {
    await machine().addUser('emo');
    await machine().addUser('wizard');
    await machine().writeFile('/etc/ttyd-user-map', 'emil.barzin=emo\nvbarzin=wizard\n');
    const changed = predecessorScript.replace('# Persists web-terminal sessions', '# Backs up the build farm');
    await installUnderLastName(machine(), changed);
    const { exitCode, stderr } = await installFrom(machine());
    expect(stderr).toContain(
      `${command} is not the predecessor's script: its head does not say that it persists the sessions of a web terminal\n`,
    );
    expect(stderr).toContain(`${command} is there and is not ours: nothing was changed\n`);
    expect(stderr).toContain(`mv -T ${command} ${command}.old\n`);
    expect(exitCode).toBe(2);
    expect(await machine().readFile(command)).toBe(changed);
    expect((await machine().exec(['ls', `${command}.predecessor`, '/usr/local/lib/tmux-persist'])).stdout).toBe('');
  });

  test('keeps its command where the name for the old one is taken', async () => {
    await installUnderLastName(machine());
    await machine().writeFile(`${command}.predecessor`, 'mine\n');
    const { exitCode, stderr } = await installFrom(machine());
    expect(stderr).toContain(`cannot write ${command}.predecessor: file already exists\n`);
    expect(exitCode).toBe(2);
    expect(await machine().readFile(command)).toBe(predecessorScript);
    expect(await machine().readFile(`${command}.predecessor`)).toBe('mine\n');
    await machine().output(['rm', `${command}.predecessor`]);
  });

  test('gets our program in the place of its script and units, which are kept beside, and says so', async () => {
    await writeState('/var/lib/tmux-persist/emo.tsv', `R730-cooling\t/srv\t${id}\nnotes\t/home/emo\t\n`);
    await writeState('/var/lib/t3-tmux-state/emo.tsv', 'long-gone\t/home/emo\t\n');
    await writeState('/var/lib/t3-tmux-state/wizard.tsv', 'ledger\t/var\t\n');
    await installUnderFirstName(machine(), '#!/bin/sh\nsetsid sleep 4711 &\n');
    await machine().output(['systemctl', 'start', 't3-tmux-restore.service']);
    const old = await Promise.all(ours.map((unit) => machine().readFile(`${units}/${unit}`)));

    const { exitCode, stderr } = await installFrom(machine());
    expect(stderr).toContain(`${command} is the predecessor's script, and is kept as ${command}.predecessor\n`);
    for (const unit of ours) {
      expect(stderr).toContain(`${unit}: current, and the old one kept as ${unit}.predecessor\n`);
    }
    for (const unit of firstNames) expect(stderr).toContain(`${unit}: removed\n`);
    expect(exitCode).toBe(0);

    expect(await machine().output(['stat', '--format=%a', `${command}.predecessor`])).toBe('755\n');
    expect(await machine().readFile(`${command}.predecessor`)).toBe(predecessorScript);
    expect(await Promise.all(ours.map((unit) => machine().readFile(`${units}/${unit}.predecessor`)))).toEqual(old);
    expect(await machine().output([command, '--version'])).toMatch(/^tmux-persist \d/);
    expect(await unitActions(machine())).toEqual([]);
    expect(await asked('is-enabled', ...ours)).toEqual(['enabled', 'static', 'enabled']);
    expect(await asked('is-active', 'tmux-persist-save.timer')).toEqual(['active']);
    expect(await machine().output(['systemctl', 'list-units', '--failed', '--plain', '--no-legend'])).toBe('');
  });

  test('has nothing left of the units of its first name, while what their service started runs on', async () => {
    const left = await machine().output(['find', '/etc/systemd', '-name', 't3-tmux-*']);
    expect(left).toBe('');
    expect(await asked('is-active', 't3-tmux-save.timer')).toEqual(['inactive']);
    expect((await machine().exec(['pgrep', '-f', '^sleep 4711$'])).exitCode).toBe(0);
  });

  test('has its state imported once, the newer file before the older one, and kept for the predecessor', async () => {
    await machine().output(['tmux-persist', 'save']);
    expect(await machine().readFile('/var/lib/tmux-persist/emo.tsv')).toBe(
      `R730-cooling\t/srv\t${id}\nnotes\t/home/emo\t\n`,
    );
    expect(await machine().readFile('/var/lib/tmux-persist/wizard.tsv')).toBe('ledger\t/var\t\n');
    expect(await machine().readFile('/var/lib/t3-tmux-state/wizard.tsv')).toBe('ledger\t/var\t\n');

    const { exitCode, stdout } = await machine().exec(['tmux-persist', 'apply']);
    // No such conversation is there.
    expect(stdout).toMatch(/^emo: created without its conversation R730-cooling in \/srv, shell/m);
    expect(exitCode).toBe(1);
    expect(await sessions()).toEqual({ emo: ['R730-cooling', 'notes'], wizard: ['ledger'] });
  });

  test('is changed by no second apply', async () => {
    const before = await stateOfTheHost();
    const { exitCode, stdout } = await machine().exec(['tmux-persist', 'apply']);
    expect(stdout).toBe('Applied: 0 created, 0 failed; 0 held, 3 live.\n');
    expect(exitCode).toBe(0);
    expect(await stateOfTheHost()).toEqual(before);
  });

  test("can still be served by the predecessor's own script", async () => {
    for (const user of ['emo', 'wizard']) await machine().output(['tmux', 'kill-server'], { user });
    const printed = await machine().output([`${command}.predecessor`, 'restore']);
    expect(
      printed
        .split('\n')
        .slice(0, -1)
        .map((line) => line.replace(/, .*/, '')),
    ).toEqual(['emo:R730-cooling in /srv', 'emo:notes in /home/emo', 'wizard:ledger in /var']);
    expect(await sessions()).toEqual({ emo: ['R730-cooling', 'notes'], wizard: ['ledger'] });
  });

  test('is taken over again when somebody puts the predecessor back, by installing and by applying', async () => {
    await machine().output(['cp', '--remove-destination', `${command}.predecessor`, '/root/script']);
    for (const unit of ours) await machine().output(['cp', `${units}/${unit}.predecessor`, `${units}/${unit}`]);
    await machine().output(['systemctl', 'daemon-reload']);
    const planned = await planIn(machine());
    expect(planned.units.map(({ unit, before }) => `${unit}: ${before}`)).toEqual(
      expect.arrayContaining(ours.map((unit) => `${unit}: the predecessor's`)),
    );
    expect(planned.units.find(({ unit }) => unit === 'tmux-persist-save.service')?.diff).toContain(
      '\n-Description=Web terminal sessions: save\n',
    );
    await machine().output(['tmux-persist', 'apply']);
    expect(await unitActions(machine())).toEqual([]);

    await machine().output(['cp', '--remove-destination', '/root/script', command]);
    expect((await installFrom(machine())).exitCode).toBe(0);
    expect(await unitActions(machine())).toEqual([]);
  });

  test('keeps units that are only called like those of the predecessor, and says so', async () => {
    const own = `${units}/tmux-persist-save.service`;
    await machine().writeFile(own, '[Service]\nType=oneshot\nExecStart=/usr/local/bin/tmux-persist save --quiet\n');
    await machine().output(['cp', `${units}/tmux-persist-save.timer.predecessor`, `${units}/tmux-persist-save.timer`]);
    await machine().writeFile(`${units}/t3-tmux-sessions-report.service`, '[Service]\nExecStart=/bin/true\n');
    await machine().output(['systemctl', 'daemon-reload']);
    const { units: actions, diagnostics } = await planIn(machine());
    expect(actions).toEqual([]);
    expect(diagnostics.map(({ code, message }) => `${code} ${message.split(' ')[0]}`)).toEqual([
      'unit-foreign tmux-persist-save.timer',
      'unit-foreign tmux-persist-save.service',
      'unit-foreign t3-tmux-sessions-report.service',
    ]);
    await machine().output(['tmux-persist', 'apply']);
    expect(await machine().readFile(own)).toContain('save --quiet');
    expect((await machine().exec(['ls', `${units}/t3-tmux-sessions-report.service`])).exitCode).toBe(0);
  });

  test('has its script when the program is removed, and hears where it is', async () => {
    const { exitCode, stderr } = await uninstallFrom(machine());
    expect(stderr).toContain(`the predecessor's script stays, as ${command}.predecessor\n`);
    expect(exitCode).toBe(0);
    expect(await machine().readFile(`${command}.predecessor`)).toBe(predecessorScript);
  });

  /** As the predecessor leaves it, before this boot. */
  async function writeState(path: string, text: string): Promise<void> {
    await machine().writeFile(path, text, '0600');
    await machine().output(['touch', '-d', '2020-01-02T03:04:05Z', path]);
  }

  async function sessions(): Promise<Readonly<Record<string, readonly string[]>>> {
    return { emo: await sessionsOf(machine(), 'emo'), wizard: await sessionsOf(machine(), 'wizard') };
  }

  async function stateOfTheHost(): Promise<readonly string[]> {
    // What says when a run was changes with every run.
    const files = "-type f ! -name 'last-*.json' ! -name '*.prom' -exec sha256sum {} +";
    const script = `find /var/lib/tmux-persist /etc/systemd/system /usr/local/lib/systemd ${files} | sort; pgrep -a tmux`;
    return (await machine().output(['sh', '-c', script])).split('\n');
  }

  async function asked(question: string, ...names: readonly string[]): Promise<readonly string[]> {
    return (await machine().exec(['systemctl', question, ...names])).stdout.split('\n').slice(0, -1);
  }
});

describe("a host with the predecessor's later version", { timeout: 60_000 }, () => {
  const machine = useMachine();
  const view = '/var/lib/tmux-persist/emo.tsv';
  const [earlier, later] = [hoursAgo(3), hoursAgo(2)];

  test('shows all that was recorded, with its times and what was closed', async () => {
    await machine().addUser('emo');
    await machine().writeFile('/etc/ttyd-user-map', 'emil.barzin=emo\n');
    await installUnderLastName(machine(), laterScript);
    const ai = 'R730-cooling\t/srv\t-\n';
    await installSeries(machine(), 'emo', {
      snapshots: { [earlier]: `${ai}scratch\t/var\t-\nkilled\t/opt\t-\n`, [later]: `${ai}notes\t/home/emo\t-\n` },
      forgotten: `killed\t${Math.floor((Date.now() - 2.5 * hourMs) / 1000)}\n`,
    });
    expect((await installFrom(machine())).exitCode).toBe(0);
    expect(await machine().readFile(`${command}.predecessor`)).toBe(laterScript);
    const { users } = await planIn(machine());
    expect(
      users.flatMap(({ actions }) => actions.map(({ session, action, cause }) => `${session} ${action} ${cause}`)),
    ).toEqual(['R730-cooling create reboot', 'killed hold closed', 'notes create reboot', 'scratch hold closed']);
    // The watch may have saved already.
    expect((await snapshots()).slice(-2)).toEqual([later, earlier]);
    expect(await machine().output(['tmux-persist', 'show', 'emo', earlier, '--tsv'])).toContain('scratch\t/var\t\n');
  });

  test('has its sessions after a reboot, and all of its snapshots', async () => {
    await machine().reboot();
    await waitFor(
      async () => (await machine().exec(['systemctl', 'is-active', 'tmux-persist-restore.service'])).exitCode === 0,
      20_000,
      'the restore',
    );
    expect(await sessionsOf(machine(), 'emo')).toEqual(['R730-cooling', 'notes']);
    await machine().output(['tmux-persist', 'save']);
    expect((await snapshots()).slice(-2)).toEqual([later, earlier]);
    await machine().output(['tmux-persist', 'apply', 'emo', '--session', 'scratch']);
    expect(await sessionsOf(machine(), 'emo')).toEqual(['R730-cooling', 'notes', 'scratch']);
  });

  test("is in step with what runs, in the later version's own form", async () => {
    await machine().output(['tmux', 'kill-session', '-t', '=notes'], { user: 'emo' });
    await machine().output(['tmux-persist', 'save']);
    expect(await machine().output(['readlink', view])).toMatch(/^snapshots\/emo\/[0-9]{8}T[0-9]{6}\.tsv\n$/);
    expect(await machine().output(['cut', '-f1', view])).toBe('R730-cooling\nscratch\n');
    expect(await machine().readFile('/var/lib/tmux-persist/emo.forgotten.tsv')).toMatch(/^notes\t[0-9]{10}$/m);
    expect(await machine().output(['systemctl', 'list-units', '--failed', '--plain', '--no-legend'])).toBe('');
  });

  test('gets our program again after a provisioner has put a newer script over it', async () => {
    const newer = laterScript.replace('a stand-in', 'a newer stand-in');
    await machine().writeFile(`${command}.new`, newer, '0755');
    await machine().output(['mv', `${command}.new`, command]);
    expect((await installFrom(machine())).exitCode).toBe(0);
    expect(await machine().readFile(`${command}.predecessor`)).toBe(newer);
    expect(await machine().output([command, '--version'])).toMatch(/^tmux-persist \d/);
  });

  async function snapshots(): Promise<readonly string[]> {
    const rows = await machine().output(['tmux-persist', 'snapshots', 'emo']);
    return rows
      .trimEnd()
      .split('\n')
      .map((row) => row.slice(0, 15));
  }
});

/** The name of a snapshot of the predecessor's: its time in UTC. */
function hoursAgo(hours: number): string {
  return new Date(Date.now() - hours * hourMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
}
