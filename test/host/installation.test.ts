import { describe, expect, test } from 'vitest';
import type { ExecResult } from './support/exec-inside.ts';
import {
  installFrom,
  planIn,
  saveByUnit,
  sessionsOf,
  uninstallFrom,
  unitActions,
} from './support/installed-program.ts';
import { packRelease } from './support/pack-release.ts';
import { repositoryInside } from './support/program-binds.ts';
import { useMachine } from './support/use-machine.ts';

const program = '/usr/local/lib/tmux-persist';
const command = '/usr/local/bin/tmux-persist';
const pages = ['1/tmux-persist.1', '5/tmux-persist-roster.5', '8/tmux-persist-web.8'].map(
  (page) => `/usr/local/share/man/man${page}`,
);

describe('an installation', () => {
  const machine = useMachine();

  test('changes nothing where something else has its place', async () => {
    await machine().writeFile(command, '#!/bin/sh\necho mine\n', '0755');
    const { exitCode, stderr } = await installFrom(machine());
    expect(stderr).toContain(`${command} is there and is not ours: nothing was changed`);
    expect(exitCode).toBe(2);
    expect(await machine().readFile(command)).toBe('#!/bin/sh\necho mine\n');
    expect((await machine().exec(['ls', program])).exitCode).toBe(2);
    await machine().output(['rm', command]);
  });

  test('is refused with a Node that somebody else could change, and changes nothing', async () => {
    await machine().addUser('emo');
    for (const owner of ['emo', 'root']) {
      const bin = `/home/emo/.nvm/versions/node/of-${owner}/bin`;
      await machine().output(['mkdir', '-p', bin]);
      await machine().output(['cp', '/usr/local/bin/node', bin]);
      await machine().output(['chown', '-R', owner, bin]);
      const { exitCode, stderr } = await installWith(bin);
      expect(stderr).toContain('/home/emo: it belongs to user id 30000\n');
      expect(stderr).toContain(
        'Nothing was changed.\ntmux-persist: Install Node for the whole host (apt install nodejs)',
      );
      expect(exitCode).toBe(2);
    }
    expect((await machine().exec(['ls', program])).exitCode).toBe(2);
    await machine().output(['rm', '-r', '/home/emo/.nvm']);
  });

  test('is refused where somebody else could change what is installed', async () => {
    await machine().output(['chmod', 'o+w', '/usr/local/lib']);
    const { exitCode, stderr } = await installFrom(machine());
    expect(stderr).toContain('/usr/local/lib: everybody can change it\n');
    expect(exitCode).toBe(2);
    expect((await machine().exec(['ls', program])).exitCode).toBe(2);
    await machine().output(['chmod', 'o-w', '/usr/local/lib']);
  });

  test('from an unpacked release is whole, and belongs to root alone', async () => {
    await unpackRelease();
    const { exitCode, stderr } = await installFrom(machine(), '/root/package');
    expect(stderr).toContain('there is no roster yet: see /etc/tmux-persist/roster.example.yaml');
    expect(exitCode).toBe(0);
    expect(await unitActions(machine())).toEqual([]);
    expect(await machine().readFile(`${program}/dist/THIRD-PARTY-LICENSES.txt`)).toContain('execa');
    const strange = await machine().output([
      'find',
      program,
      command,
      ...pages,
      '(',
      '-not',
      '-user',
      'root',
      '-o',
      '-perm',
      '/022',
      ')',
      '-not',
      '-type',
      'l',
    ]);
    expect(strange).toBe('');
  });

  test('is found on the PATH by everybody, and names its Node itself', async () => {
    await machine().addUser('anca');
    await machine().writeFile('/etc/tmux-persist/roster.yaml', 'users: { emo: {}, anca: {} }\n');
    const version = await machine().output(['tmux-persist', '--version'], { user: 'emo' });
    expect(version).toMatch(/^tmux-persist \d/);
    expect(await machine().output([command, '--version'], { env: { PATH: '/nowhere' } })).toBe(version);
  });

  test('lets nothing run that the environment of its caller names', async () => {
    await machine().writeFile('/root/planted.cjs', "require('fs').writeFileSync('/root/ran', '')\n");
    const env = {
      NODE_OPTIONS: '--require=/root/planted.cjs',
      NODE_V8_COVERAGE: '/root/ran',
      NODE_REDIRECT_WARNINGS: '/root/ran',
    };
    expect(await machine().exec([command, '--version'], { env })).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await machine().exec(['ls', '/root/ran'])).exitCode).toBe(2);
  });

  test('works with a Node of root\u2019s in another place, until that is somebody else\u2019s, which the doctor says', async () => {
    await machine().output(['mkdir', '-p', '/srv/node 20%/bin']);
    await machine().output(['cp', '/usr/local/bin/node', '/srv/node 20%/bin']);
    expect(await installWith('/srv/node 20%/bin')).toMatchObject({ exitCode: 0 });
    expect(await unitActions(machine())).toEqual([]);
    await saveByUnit(machine());
    expect(await machine().output([command, 'doctor'])).toMatch(/^0 errors,/m);
    await machine().output(['chown', 'emo', '/srv/node 20%']);
    const { exitCode, stdout } = await machine().exec([command, 'doctor']);
    expect(stdout).toContain(
      'error   program: /srv/node 20%: it belongs to user id 30000, and root runs what is there',
    );
    expect(exitCode).toBe(1);
    expect((await installFrom(machine())).exitCode).toBe(0);
    expect(await machine().output([command, 'doctor'])).toMatch(/^0 errors,/m);
  });

  test('again is an upgrade in place, after which nothing is pending', async () => {
    await machine().output(['sed', '-i', '$a # an older version', `${program}/dist/bin.js`]);
    const { exitCode, stderr } = await installFrom(machine());
    expect(stderr).toBe(`upgraded ${program}, ${command}\n`);
    expect(exitCode).toBe(0);
    expect(await machine().readFile(`${program}/dist/bin.js`)).not.toContain('an older version');
    expect(await machine().output(['ls', '-A', '/usr/local/lib'])).not.toMatch(/\.(new|old)$/m);
    expect(await unitActions(machine())).toEqual([]);
  });

  test('brings the units up to the version that is installed', async () => {
    await machine().output([
      'sed',
      '-i',
      's/OnUnitActiveSec=5min/OnUnitActiveSec=7min/',
      `${program}/systemd/tmux-persist-save.timer`,
    ]);
    expect(await unitActions(machine())).toEqual(['update tmux-persist-save.timer: of another version → current']);
    expect((await installFrom(machine())).stderr).toMatch(/^upgraded /m);
    expect(await unitActions(machine())).toEqual([]);
  });

  test('goes on when another installer has put its script in the place of the command, and says so', async () => {
    const launcher = `${program}/bin/tmux-persist`;
    await machine().output(['sh', '-c', 'tmux has-session -t notes || tmux new-session -d -s notes'], { user: 'emo' });
    await machine().output(['rm', command]);
    await machine().writeFile(command, '#!/bin/sh\necho theirs\n', '0755');
    await saveByUnit(machine());
    expect(await machine().output([launcher, 'show', 'emo'])).toContain('notes');
    const words = `${command} is not this program; `;
    const mend = `install --backup=numbered ${launcher} ${command}`;
    const planned = await machine().exec([launcher, 'plan']);
    expect(planned.stderr).toContain(`warning: ${words}`);
    expect(planned.stderr).toContain(`to put it back: ${mend}\n`);
    const examined = await machine().exec([launcher, 'doctor']);
    expect(examined.stdout).toContain(`warning program: ${words}`);
    expect(examined.stdout).toContain(`        mend: ${mend}\n`);
    expect(examined.exitCode).toBe(0);
    await machine().output(['sh', '-ec', mend]);
    expect(await machine().output([command, '--version'])).toMatch(/^tmux-persist \d/);
    expect(await machine().exec([command, 'plan'])).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await machine().output([`${command}.~1~`])).toBe('theirs\n');
    await machine().output(['rm', `${command}.~1~`]);
    await machine().output(['tmux', 'kill-server'], { user: 'emo' });
  });

  test('is removed with its units, while sessions and records stay', async () => {
    await machine().output(['tmux', 'new-session', '-d', '-s', 'notes'], { user: 'emo' });
    await machine().output(['tmux-persist', 'save']);
    await machine().writeFile('/etc/systemd/system/tmux-persist-save.timer.d/x.conf', '[Timer]\nAccuracySec=1s\n');
    const failing = '/run/systemd/system/tmux-persist-save.service.d/failing.conf';
    await machine().writeFile(failing, '[Service]\nExecStartPre=/bin/false\n');
    await machine().output(['systemctl', 'daemon-reload']);
    expect((await machine().exec(['systemctl', 'start', 'tmux-persist-save.service'])).exitCode).toBe(1);
    await machine().output(['rm', failing]);
    const { exitCode, stderr } = await uninstallFrom(machine());
    expect(stderr).toContain('the records in /var/lib/tmux-persist stay');
    expect(exitCode).toBe(0);
    const left = await machine().output([
      'find',
      '/usr/local',
      '/etc',
      '-name',
      '*tmux-persist*',
      '-not',
      '-path',
      '*/tmux-persist-save.timer.d*',
    ]);
    expect(left).toBe('/etc/tmux-persist\n');
    expect(await machine().output(['ls', '/etc/tmux-persist'])).toBe('roster.yaml\n');
    const loaded = await machine().output([
      'systemctl',
      'list-units',
      '--all',
      '--plain',
      '--no-legend',
      'tmux-persist*',
    ]);
    expect(loaded).toBe('');
    expect(await sessionsOf(machine(), 'emo')).toEqual(['notes']);
    expect(await machine().output(['ls', '/var/lib/tmux-persist/users'])).toContain('emo\n');
  });

  test('can be removed again, and then with the records', async () => {
    const { exitCode } = await uninstallFrom(machine(), '--purge');
    expect(exitCode).toBe(0);
    expect((await machine().exec(['ls', '/var/lib/tmux-persist'])).exitCode).toBe(2);
  });

  test('from a release with a Node of its own, into another prefix, names both from there, and goes whole', async () => {
    await machine().output(['mkdir', '-p', '/root/package/runtime']);
    await machine().output(['cp', '/usr/local/bin/node', '/root/package/runtime/node']);
    const release = ['/root/package/runtime/node', '/root/package/dist/bin.js'] as const;
    const prefix = '/opt/tools';
    const installed = `${prefix}/lib/tmux-persist`;
    expect((await machine().exec([...release, 'install', '--prefix', prefix])).exitCode).toBe(0);
    const again = await machine().exec([...release, 'install', '--prefix', '/usr/local']);
    expect(again.stderr).toContain(`${installed} is installed, and has the same units: nothing was changed\n`);
    expect((await machine().exec([...release, 'install'])).stderr).toContain(`upgraded ${installed}, `);
    expect(await machine().readFile('/etc/sudoers.d/tmux-persist')).toContain(`${installed}/bin/tmux-restore-user`);
    const { units } = await planIn(machine(), `${prefix}/bin/tmux-persist`);
    expect(units).toEqual([]);
    await saveByUnit(machine());
    expect(await machine().output([`${prefix}/bin/tmux-persist`, 'show', 'emo'])).toContain('notes');
    const watch = await machine().output(['systemctl', 'show', '-P', 'MainPID', 'tmux-persist-watch.service']);
    expect(await machine().output(['readlink', `/proc/${watch.trim()}/exe`])).toBe(`${installed}/runtime/node\n`);
    const wrong = await machine().exec([...release, 'uninstall', '--prefix', '/opt/wrong', '--purge']);
    expect(wrong.stderr).toContain(`nothing is installed below /opt/wrong; ${installed} is installed`);
    expect(wrong.exitCode).toBe(2);
    // Where /lib is a link to /usr/lib, what is below / would be among the files of packages.
    expect((await machine().exec([...release, 'install', '--prefix', '/'])).exitCode).toBe(2);
    expect(await machine().output([`${prefix}/bin/tmux-persist`, 'show', 'emo'])).toContain('notes');
    expect((await machine().exec(['test', '-e', '/etc/sudoers.d/tmux-persist'])).exitCode).toBe(0);
    expect((await machine().exec([`${prefix}/bin/tmux-persist`, 'doctor'])).stdout).toContain(
      `call ${prefix}/bin/tmux-persist`,
    );
    expect((await machine().exec([`${prefix}/bin/tmux-persist`, 'uninstall', '--purge'])).exitCode).toBe(0);
    expect(await machine().output(['find', prefix, '/etc/sudoers.d', '-name', 'tmux*'])).toBe('');
  });

  test('leaves the masks and edits of an administrator behind when it is removed, and nothing of its own', async () => {
    const [watch, shutdown] = ['tmux-persist-watch.service', 'tmux-persist-shutdown.service'];
    const kept = `/usr/local/lib/systemd/system/${shutdown}.kept`;
    expect((await installFrom(machine())).exitCode).toBe(0);
    await machine().output(['systemctl', 'mask', '--now', watch]);
    await machine().output(['tmux-persist', 'units', '--leave', 'save']);
    await machine().output(['sed', '-i', 's/TimeoutStopSec=1min/TimeoutStopSec=2min/', kept.replace(/\.kept$/, '')]);
    const { exitCode, stderr } = await uninstallFrom(machine(), '--purge');
    expect(stderr).toContain(`${kept}: not ours, left alone\n`);
    expect(exitCode).toBe(0);
    const places = ['/etc/systemd', '/usr/local', '/var/lib'] as const;
    const left = await machine().output([
      'find',
      ...places,
      '-name',
      '*tmux-*',
      '-not',
      '-path',
      '*x.conf',
      '-not',
      '-name',
      '*.timer.d',
    ]);
    expect(left.split('\n').toSorted()).toEqual(['', `/etc/systemd/system/${watch}`, kept]);
    expect(await machine().readFile(kept)).toContain('TimeoutStopSec=2min');
  });

  /** With the Node in a directory. */
  function installWith(directory: string): Promise<ExecResult> {
    const env = { PATH: `${directory}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin` };
    return machine().exec(['npm', 'run', '--silent', 'install:host'], {
      cwd: repositoryInside,
      env,
      timeoutMs: 60_000,
    });
  }

  async function unpackRelease(): Promise<void> {
    packRelease(machine(), 'root/release.tgz');
    await machine().output(['tar', '-xzf', '/root/release.tgz', '-C', '/root']);
  }
});
