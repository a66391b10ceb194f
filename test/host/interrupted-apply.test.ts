import { describe, expect, test } from 'vitest';
import { addRosterUsers, installWithoutWatch, planIn } from './support/installed-program.ts';
import { isSuiteAsked } from './support/suite.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';

const users = ['anca', 'emo', 'wizard'] as const;
const names = ['notes', 'work', 'caf\u00e9 au lait', 'a_b'] as const;

/** Moments of an apply, as conditions of a shell inside, which knows emo's number as $uid. */
const moments = {
  'at its very start': 'true',
  'when it is about to start a server': 'ls /run/tmux-persist/*.out',
  'when the first server runs': 'pgrep -x "tmux: server"',
  'when the server of emo runs': 'pgrep -u emo -x "tmux: server"',
  'when emo has a first session': '[ "$(sessions emo)" -ge 1 ]',
  'when emo has all sessions': `[ "$(sessions emo)" -ge ${names.length} ]`,
  'when everybody has all sessions': `[ "$(sessions emo)$(sessions anca)$(sessions wizard)" = ${String(names.length).repeat(3)} ]`,
} as const;

const struck = Object.entries(moments).filter((_, at) => isSuiteAsked || at % 2 === 1);
const rebooted = Object.entries(moments).filter((_, at) => (isSuiteAsked ? at % 2 === 1 : at === 3));

const sessions = 'sessions() { setpriv --reuid=$1 --regid=$1 --clear-groups tmux list-sessions -F x | wc -l; }';

describe('an apply that does not get to its end', { timeout: 300_000 }, () => {
  const machine = useMachine();
  let kills = 0;

  test('has sessions with several windows and panes to bring back', async () => {
    await addRosterUsers(machine(), ...users);
    expect((await installWithoutWatch(machine())).exitCode).toBe(0);
    await machine().output(['systemctl', 'disable', '--now', 'tmux-persist-save.timer']);
    for (const user of users) {
      for (const name of names) await openSession(user, name);
    }
    await machine().output(['tmux-persist', 'save']);
    expect((await shapes()).split('\n').filter((line) => line !== '')).toHaveLength(users.length * names.length * 4);
  });

  test.each(struck)('killed %s, is made good by the next one, and nothing is there twice', async (_, when) => {
    const before = await shapes();
    await machine().output(['pkill', '-KILL', '-x', 'tmux: server']);
    await machine().output(['tmux-persist', 'save']);

    const script = `${sessions}; ${killingScript}`;
    const ended = await machine().output(['bash', '-c', script, 'bash', when], { timeoutMs: 60_000 });
    if (ended === 'killed\n') kills += 1;
    const { exitCode, stdout, stderr } = await machine().exec(['tmux-persist', 'apply', '--no-units'], {
      timeoutMs: 60_000,
    });

    expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await shapes()).toBe(before);
    expect(await serverOwners()).toEqual(users);
    expect((await planIn(machine())).summary).toMatchObject({ create: 0, resume: 0, conflict: 0 });
  });

  test('was killed before its end at most of these moments', () => {
    expect(kills).toBeGreaterThanOrEqual(Math.floor((struck.length * 5) / 7));
  });

  test.each(rebooted)('stopped by a reboot %s, is made good by the boot', async (_, when) => {
    const before = await shapes();
    await machine().output(['pkill', '-KILL', '-x', 'tmux: server']);
    await machine().output(['tmux-persist', 'save']);

    await machine().output([
      'systemd-run',
      '--quiet',
      '--collect',
      '--unit=provision',
      'tmux-persist',
      'apply',
      '--no-units',
    ]);
    await machine().output(['bash', '-c', `${sessions}; ${waitingScript}`, 'bash', when], { timeoutMs: 60_000 });
    await machine().reboot();
    await restored();

    expect(await shapes()).toBe(before);
    expect(await serverOwners()).toEqual(users);
    expect((await planIn(machine())).summary).toMatchObject({ create: 0, resume: 0, conflict: 0 });
  });

  test('that runs into a shutdown takes nothing for closed that the shutdown ended', async () => {
    const before = await shapes();
    await shutDownWith(
      'ExecStop=/usr/sbin/runuser -u emo -- tmux kill-session -t =work',
      'ExecStop=/usr/local/bin/tmux-persist apply --no-units',
    );
    expect(await shapes()).toBe(before);
  });

  test('that runs into a shutdown starts no server any more, says why, and leaves that to the boot', async () => {
    const before = await shapes();
    await shutDownWith(
      'StandardOutput=file:/root/late-apply',
      'ExecStop=/usr/bin/pkill -KILL -u emo',
      'ExecStop=/bin/sleep 0.2',
      'ExecStop=-/usr/local/bin/tmux-persist restore emo',
    );
    expect(await machine().readFile('/root/late-apply')).toMatch(
      /^emo: failed notes: the host is shutting down: Failed to start transient service unit: /m,
    );
    expect(await shapes()).toBe(before);
  });

  /** Reboots with a service that stops before the last save, while the servers still run, and waits for the sessions. */
  async function shutDownWith(...settings: readonly string[]): Promise<void> {
    const unit = ['[Unit]\nAfter=tmux-persist-shutdown.service', '[Service]\nType=oneshot\nRemainAfterExit=yes'];
    await machine().writeFile('/etc/systemd/system/late-apply.service', `${[...unit, ...settings].join('\n')}\n`);
    await machine().output(['systemctl', 'daemon-reload']);
    await machine().output(['systemctl', 'restart', 'late-apply.service']);
    await machine().output(['tmux-persist', 'save']);
    await machine().reboot();
    await restored();
  }

  function restored(): Promise<void> {
    return waitFor(
      async () => (await machine().exec(['systemctl', 'is-active', 'tmux-persist-restore.service'])).exitCode === 0,
      60_000,
      'the restore',
    );
  }

  async function openSession(user: string, name: string): Promise<void> {
    const tmux = (...args: readonly string[]) => machine().output(['tmux', ...args], { user });
    await tmux('new-session', '-d', '-s', name, '-x', '120', '-y', '40', '-c', '/usr');
    await tmux('split-window', '-t', `=${name}:`, '-c', '/etc');
    await tmux('new-window', '-t', `=${name}:3`, '-c', '/var');
    await tmux('new-window', '-d', '-t', `=${name}:5`, '-c', '/srv');
  }

  /** Every pane of every user, with its place and directory. */
  async function shapes(): Promise<string> {
    const format = '#{session_name}|#{window_index}|#{window_active}|#{pane_index}|#{pane_active}|#{pane_current_path}';
    const found = await Promise.all(
      users.map((user) => machine().output(['tmux', '-u', 'list-panes', '-a', '-F', `${user}|${format}`], { user })),
    );
    return found.join('');
  }

  /** Who runs a tmux server, once for each. */
  async function serverOwners(): Promise<readonly string[]> {
    const text = await machine().output(['ps', '-e', '-o', 'user:32=,comm=']);
    return text
      .split('\n')
      .flatMap((line) => /^(\S+) +tmux: server$/.exec(line)?.[1] ?? [])
      .toSorted();
  }
});

/** Becomes true with the condition, or when there is nothing to wait for any more. */
const killingScript = `
tmux-persist apply --no-units >/dev/null 2>&1 & apply=$!
while kill -0 $apply && ! eval "$1"; do :; done >/dev/null 2>&1
kill -KILL $apply 2>/dev/null; wait $apply; [ $? = 137 ] && echo killed; exit 0`;

const waitingScript = `
while systemctl is-active --quiet provision && ! eval "$1"; do :; done >/dev/null 2>&1; exit 0`;
