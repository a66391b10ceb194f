import { beforeEach, describe, expect, test } from 'vitest';
import type { Argv, ExecResult } from './support/exec-inside.ts';
import {
  addRosterUsers,
  installFrom,
  installWithoutWatch,
  sessionsOf,
  uninstallFrom,
} from './support/installed-program.ts';
import { repositoryInside } from './support/program-binds.ts';
import { useMachine } from './support/use-machine.ts';

const command = '/usr/local/bin/tmux-restore-user';
const program = '/usr/local/lib/tmux-persist/bin/tmux-restore-user';
const forgetting = '/usr/local/bin/tmux-persist-forget';
const rule = '/etc/sudoers.d/tmux-persist';
const users = ['emo', 'anca'] as const;

describe('the command of the web terminal', { timeout: 60_000 }, () => {
  const machine = useMachine();

  test('is installed for the members of a group, and sudo is content', async () => {
    await addRosterUsers(machine(), ...users);
    const { exitCode, stderr } = await installWithoutWatch(machine());
    expect(stderr).not.toMatch(/sudo|group/);
    expect(exitCode).toBe(0);
    expect(await machine().output(['stat', '--format=%U:%G %a %F', program, rule])).toBe(
      'root:root 755 regular file\nroot:root 440 regular file\n',
    );
    expect(await machine().output(['readlink', command])).toBe(`${program}\n`);
    expect(await machine().exec(['visudo', '-c'])).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await rules()).toEqual(['tmux-persist']);
    expect(await machine().output(['getent', 'group', 'tmux-restore'])).toMatch(
      /^tmux-restore:x:\d+:tmux-persist-web\n$/,
    );
    for (const name of ['webapi', 'outsider']) {
      await machine().output(['useradd', '--system', '--shell=/usr/sbin/nologin', '--home-dir=/', name]);
    }
    await machine().output(['usermod', '-aG', 'tmux-restore', 'webapi']);
  });

  describe('when the servers of two users were killed', () => {
    beforeEach(async () => {
      for (const user of users) {
        await machine().output(['sh', '-c', 'tmux has-session -t notes || tmux new-session -d -s notes'], { user });
      }
      await machine().output(['tmux-persist', 'save']);
      for (const user of users) await killServer(user);
    });

    test('brings back the sessions of the one that is named, without a terminal, an input or an environment', async () => {
      // With no variable at all sudo itself crashes (1.9.16p2, trixie).
      const argv = ['sh', '-c', `exec env -i NOTHING= /usr/bin/sudo -n ${command} emo <&-`] as const;
      const { exitCode, stdout, stderr } = await machine().exec(argv, { user: 'webapi' });
      expect(stderr).toBe('');
      expect(stdout).toContain('emo: created notes in ~, shell\n');
      expect(exitCode).toBe(0);
      expect(await sessions()).toEqual({ emo: ['notes'], anca: [] });
      expect(await button('emo')).toMatchObject({
        exitCode: 0,
        stdout: 'Applied: 0 created, 0 failed; 0 held, 1 live.\n',
      });
    });

    test('takes nothing from the environment of its caller', async () => {
      const env = {
        TMUX_PERSIST_STATE_DIR: '/tmp/other',
        TMUX_PERSIST_ROSTER: '/tmp/other.yaml',
        TMUX_PERSIST_SOCKET_NAME: 'other',
        TMUX_TMPDIR: '/tmp/other',
        NODE_OPTIONS: '--require=/tmp/other.js',
        PATH: '/nowhere',
        LC_ALL: 'C',
      };
      const sudo = ['/usr/bin/sudo', '-n', command, 'emo'] as const;
      expect(await machine().exec(sudo, { user: 'webapi', env })).toMatchObject({ exitCode: 0, stderr: '' });
      // Root's own environment is not reset by sudo.
      expect(await machine().exec([command, 'anca'], { env })).toMatchObject({ exitCode: 0, stderr: '' });
      expect(await sessions()).toEqual({ emo: ['notes'], anca: ['notes'] });
    });

    test('reaches the users from a service that has a /tmp of its own, and what it started outlives that service', async () => {
      const sandbox = [
        'PrivateTmp=yes',
        'ProtectSystem=strict',
        'ProtectHome=yes',
        'User=webapi',
        'KillMode=control-group',
      ];
      const properties = sandbox.flatMap((text) => ['-p', text]);
      const { exitCode, stderr } = await machine().exec([
        ...(['systemd-run', '--quiet', '--collect', '--wait', '--pipe', ...properties, '--'] as const),
        ...(['sudo', '-n', command, 'emo'] as const),
      ]);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(await sessions()).toEqual({ emo: ['notes'], anca: [] });
    });

    test('is held up by no member who reads nothing, by itself or ten times at once', async () => {
      const script = `${repositoryInside}/test/sudo/unread-output.pl`;
      const unread = ['perl', script, 'full-pipe', 'sudo', '-n', command] as const;
      const [one, other] = await Promise.all(
        users.map((user) => machine().exec(['timeout', '30', ...unread, user], { user: 'webapi', timeoutMs: 40_000 })),
      );
      for (const told of [one, other]) {
        expect(told).toEqual({ exitCode: 0, stdout: 'the second: 0, beside the first\nthe first: 0\n', stderr: '' });
      }
      expect(await sessions()).toEqual({ emo: ['notes'], anca: ['notes'] });
      const ten = Array.from({ length: 10 }, () => machine().exec([...unread, 'emo'], { user: 'webapi' }));
      for (const { exitCode } of await Promise.all(ten)) expect(exitCode).toBe(0);
      expect((await machine().exec(['pgrep', '-u', 'root', 'sudo|tmux-restore-us'])).stdout).toBe('');
    });

    test('shows what was lost, brings back what is selected, and knows what a person closed', async () => {
      const opened = await button('emo', 'open');
      expect(opened).toMatchObject({ exitCode: 0, stderr: '' });
      const [, id = ''] = /^#rows\t(\w+)$/m.exec(opened.stdout) ?? [];
      expect(opened.stdout).toContain('\nnotes\t/home/emo\t-\tmissing\tnew\tnotes\ton\t-\n');
      // A service with a /tmp of its own sees no socket there.
      const sandbox = ['-p', 'PrivateTmp=yes', '-p', 'User=webapi'] as const;
      const apart = await machine().exec([
        ...(['systemd-run', '--quiet', '--collect', '--wait', '--pipe', ...sandbox, '--'] as const),
        ...(['sudo', '-n', command, 'anca', 'open'] as const),
      ]);
      expect(apart).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^#live\t0\n/) });
      const unknown = await button('emo', 'select', id, '$HOME', 'a${HOME}', 'notes');
      expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('no session "$HOME"') });
      expect(unknown.stderr).toContain('no session "a${HOME}"');
      const selected = await button('emo', 'select', id, 'notes', '--json=lines');
      expect(selected.exitCode).toBe(0);
      const events = selected.stdout.split('\n').slice(0, -1);
      expect(events.map((line): unknown => JSON.parse(line))).toMatchObject([
        { event: 'begin', user: 'emo' },
        { event: 'session', name: 'notes', outcome: 'created' },
        { event: 'end', exitCode: 0 },
      ]);
      expect(await sessions()).toEqual({ emo: ['notes'], anca: [] });
      await machine().output(['tmux', 'new-session', '-d', '-s', 'other'], { user: 'emo' });
      expect(await button('emo', 'save')).toMatchObject({ exitCode: 0 });
      await machine().output(['tmux', 'kill-session', '-t', '=other'], { user: 'emo' });
      const forgotten = await machine().exec(['sudo', '-n', forgetting, 'emo', 'other'], { user: 'webapi' });
      expect(forgotten).toMatchObject({ exitCode: 0, stdout: 'emo: forgot other\n' });
      expect((await button('emo')).stdout).toContain('Applied: 0 created');
    });

    test('is refused to an account outside of the group', async () => {
      const { exitCode, stderr } = await machine().exec(['sudo', '-n', command, 'emo'], { user: 'outsider' });
      expect(stderr).toMatch(/^sudo: /);
      expect(exitCode).toBe(1);
      expect((await machine().exec([command, 'emo'], { user: 'outsider' })).exitCode).toBe(2);
      expect(await sessions()).toEqual({ emo: [], anca: [] });
    });

    test('lets a member run nothing else, and set no variable', async () => {
      for (const argv of [
        ['tmux-persist', 'restore', 'emo'],
        ['sh', '-c', 'id'],
        ['-u', 'anca', command, 'emo'],
        ['-g', 'root', command, 'emo'],
        ['-E', command, 'emo'],
        ['TMUX_PERSIST_ROSTER=/tmp/x', command, 'emo'],
        ['--chdir=/tmp', command, 'emo'],
      ]) {
        const { exitCode, stderr } = await machine().exec(['sudo', '-n', ...argv], { user: 'webapi' });
        expect({ argv, exitCode, stderr }).toEqual({ argv, exitCode: 1, stderr: expect.stringMatching(/^sudo: /) });
      }
      expect(await sessions()).toEqual({ emo: [], anca: [] });
    });

    test('refuses with the status 2 and a reason whatever is not one user of the roster, and restores nobody', async () => {
      const argument = [
        '',
        '--',
        '--all',
        '--help',
        '-h',
        'emo anca',
        'emo\n',
        'emo\nanca',
        'emo ',
        '*',
        'em?',
        '..',
        '$(id)',
        'еmo',
      ];
      // These are plain names, and no users of the roster.
      const stranger = ['root', 'webapi', 'Emo', 'nobody-of-this-name', 'x'.repeat(100_000)];
      const several = [[], ['emo', 'anca'], ['emo', '--all'], ['--login', 'emo'], ['--', 'emo']];
      const bad = [...several, ...[...argument, ...stranger].map((one) => [one])];
      for (const args of bad) {
        const { exitCode, stdout, stderr } = await button(...args);
        expect({ args, exitCode, stdout }).toEqual({ args, exitCode: 2, stdout: '' });
        expect(stderr).toMatch(/^tmux-(persist|restore-user): \S/);
      }
      expect(await sessions()).toEqual({ emo: [], anca: [] });
    });
  });

  test('restores nobody, and not root either, where there is no roster', async () => {
    await machine().output(['mv', '/etc/tmux-persist/roster.yaml', '/root']);
    const { exitCode, stderr } = await button('root');
    await machine().output(['mv', '/root/roster.yaml', '/etc/tmux-persist']);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: 'tmux-restore-user: there is no roster on this host\n',
    });
  });

  test('stays as it is in an upgrade, with the group and its members', async () => {
    expect((await installFrom(machine())).exitCode).toBe(0);
    expect(await machine().output(['getent', 'group', 'tmux-restore'])).toMatch(/:tmux-persist-web,webapi\n$/);
    expect((await button('emo')).exitCode).toBe(0);
  });

  test('goes away with the program, and leaves no right behind', async () => {
    const { exitCode, stderr } = await uninstallFrom(machine());
    expect(exitCode).toBe(0);
    expect(stderr).toContain(
      `removed ${rule}\nremoved ${command}\nremoved ${forgetting}\nremoved the group tmux-restore\n`,
    );
    expect((await machine().exec(['ls', rule, command, forgetting])).stdout).toBe('');
    expect((await machine().exec(['getent', 'group', 'tmux-restore'])).exitCode).toBe(2);
    expect((await machine().exec(['visudo', '-c'])).exitCode).toBe(0);
    expect((await button('emo')).exitCode).toBe(1);
  });

  test('is for root alone where sudo is not installed', async () => {
    await machine().output(['groupadd', 'tmux-restore']);
    await machine().output(['mv', '/usr/sbin/visudo', '/root/visudo']);
    const { exitCode, stderr } = await installFrom(machine());
    expect(stderr).toContain(
      `sudo is not installed: ${command} is for root alone; once sudo is there, install again\n`,
    );
    expect(exitCode).toBe(0);
    expect(await rules()).toEqual([]);
    expect((await machine().exec([command, 'emo'])).exitCode).toBe(0);
  });

  test('leaves the rules of sudo alone when visudo refuses ours', async () => {
    const refusing = '#!/bin/sh\n[ "$1" = -V ] || { echo "syntax error" >&2; exit 1; }\n';
    await machine().writeFile('/usr/sbin/visudo', refusing, '0755');
    const { exitCode, stderr } = await installFrom(machine());
    await machine().output(['mv', '/root/visudo', '/usr/sbin/visudo']);
    expect(stderr).toContain(`sudo got no rule for ${command}, because visudo refused it: syntax error\n`);
    expect(exitCode).toBe(1);
    expect(await rules()).toEqual([]);
  });

  test('leaves a rule in its place alone that is not ours', async () => {
    await machine().writeFile(rule, '# mine\n', '0440');
    const { exitCode, stderr } = await installFrom(machine());
    expect(stderr).toContain(`${rule} is there and is not ours: it was left alone\n`);
    expect(exitCode).toBe(0);
    expect(await machine().readFile(rule)).toBe('# mine\n');
  });

  test('has its rule once nothing is in its way', async () => {
    await machine().output(['rm', rule]);
    expect((await installFrom(machine())).exitCode).toBe(0);
    expect(await rules()).toEqual(['tmux-persist']);
  });

  test('leaves a file in its place alone that is not ours, which nobody may run as root', async () => {
    await machine().output(['rm', command]);
    await machine().writeFile(command, '#!/bin/sh\necho mine\n', '0755');
    const { exitCode, stderr } = await installFrom(machine());
    expect(stderr).toContain(`${command} is there and is not ours: it was left alone; ours is ${program}\n`);
    expect(exitCode).toBe(0);
    expect(await machine().readFile(command)).toBe('#!/bin/sh\necho mine\n');
    await machine().output(['usermod', '-aG', 'tmux-restore', 'webapi']);
    expect(await button('emo')).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringMatching(/^sudo: /) });
    const ours = await machine().exec(['sudo', '-n', program, 'emo'], { user: 'webapi' });
    expect(ours).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('is removed without the files and the group that were there before it', async () => {
    await machine().writeFile(rule, '# mine\n', '0440');
    const { exitCode, stderr } = await uninstallFrom(machine());
    expect(stderr).toContain(
      `${rule} is not ours and stays\n${command} is not ours and stays\nremoved ${forgetting}\n`,
    );
    expect(exitCode).toBe(0);
    expect(await machine().readFile(rule)).toBe('# mine\n');
    expect(await machine().readFile(command)).toBe('#!/bin/sh\necho mine\n');
    expect((await machine().exec(['getent', 'group', 'tmux-restore'])).exitCode).toBe(0);
  });

  /** What the web terminal's API does. */
  function button(...args: readonly string[]): Promise<ExecResult> {
    const argv: Argv = ['sudo', '-n', command, ...args];
    return machine().exec(argv, { user: 'webapi' });
  }

  /** Without the README that Debian's sudo had there until 1.9.16. */
  async function rules(): Promise<readonly string[]> {
    const names = await machine().output(['ls', '-A', '/etc/sudoers.d']);
    return names.split('\n').filter((name) => name !== '' && name !== 'README');
  }

  async function sessions(): Promise<Readonly<Record<string, readonly string[]>>> {
    return { emo: await sessionsOf(machine(), 'emo'), anca: await sessionsOf(machine(), 'anca') };
  }

  async function killServer(user: string): Promise<void> {
    await machine().output([
      'sh',
      '-c',
      `pkill -KILL -u ${user} -f '^tmux' && while pgrep -u ${user} -f '^tmux'; do :; done`,
    ]);
  }
});
