import { beforeAll, describe, expect, test } from 'vitest';
import type { ExecResult } from './support/exec-inside.ts';
import { addRosterUsers, installWithoutWatch, sessionsOf } from './support/installed-program.ts';
import { useMachine } from './support/use-machine.ts';

const users = ['emo', 'anca', 'wizard'] as const;

// What the README asks the host's provisioner to do, in a script that reconciles nothing else.
const provisioner = `#!/bin/bash
set -uo pipefail
failed=0
if [ "\${1:-}" = --dry-run ]; then
  tmux-persist plan
else
  tmux-persist apply
fi
case $? in
  0) ;;
  4 | 5) echo 't3-provision-users: not every session could be seen to; the next run tries again' >&2 ;;
  *) failed=1 ;;
esac
exit "$failed"
`;

describe('a provisioner that runs every hour', { timeout: 60_000 }, () => {
  const machine = useMachine();

  beforeAll(async () => {
    await addRosterUsers(machine(), ...users, 'lena');
    await machine().writeFile('/usr/local/bin/t3-provision-users', provisioner, '0755');
    await installWithoutWatch(machine());
    // Only the provisioner looks, so that it is its own runs that tell what was closed from what was lost.
    await machine().output(['systemctl', 'stop', 'tmux-persist-save.timer']);
    await machine().writeFile('/etc/systemd/system/tmux-persist-save.timer.d/never.conf', never);
    await machine().output(['systemctl', 'daemon-reload']);
    await open('emo', 'notes', 'work', 'scratch');
    await open('anca', 'ledger');
    await open('wizard', 'a', 'b');
  }, 120_000);

  test('changes nothing while nothing is lost, and has all of it recorded', async () => {
    const before = await panes();
    await provision();
    expect(await panes()).toEqual(before);
    expect(await idleRun()).toMatch(/^Applied: 0 created, 0 failed; /);
    expect(await machine().output(['tmux-persist', 'show', 'emo'])).toContain('scratch');
  });

  test('changes nothing in its dry run, not even a record', async () => {
    await tmux('emo', 'new-session', '-d', '-s', 'of-the-dry-run');
    await killServer('wizard');
    const before = await allOfTheHost();
    const { exitCode, stdout } = await machine().exec(['t3-provision-users', '--dry-run']);
    expect(stdout).toMatch(/^Plan: 2 to create \(\+\)\.$/m);
    expect(exitCode).toBe(0);
    expect(await allOfTheHost()).toEqual(before);
  });

  test('brings back what was lost with a killed server, once, and touches nobody else', async () => {
    const { emo } = await panes();
    await provision();
    expect(await sessions()).toEqual({
      emo: ['notes', 'of-the-dry-run', 'scratch', 'work'],
      anca: ['ledger'],
      wizard: ['a', 'b'],
    });
    expect((await panes()).emo).toEqual(emo);
    expect(await idleRun()).toMatch(/^Applied: 0 created, 0 failed; /);
  });

  test('never brings back what a person closed, be it by a command or by leaving the shell', async () => {
    await tmux('emo', 'kill-session', '-t', '=scratch');
    await leave('emo', 'of-the-dry-run');
    expect(await lastingSessions()).toEqual({ emo: ['notes', 'work'], anca: ['ledger'], wizard: ['a', 'b'] });
  });

  test('does not bring back the last session that a person closed, where the host tells how a server ended', async () => {
    await open('lena', 'last');
    await provision();
    await leave('lena', 'last');
    for (let run = 1; run <= 3; run += 1) await provision();
    // Debian 13 keeps no login records: the README has this among its limits.
    const tells = (await machine().exec(['test', '-e', '/run/utmp'])).exitCode === 0;
    expect(await sessionsOf(machine(), 'lena')).toEqual(tells ? [] : ['last']);
  });

  test('does not bring it back with what is lost later on, either', async () => {
    await killServer('emo');
    expect(await lastingSessions()).toEqual({ emo: ['notes', 'work'], anca: ['ledger'], wizard: ['a', 'b'] });
  });

  test('tells what was closed from what was killed afterwards', async () => {
    await tmux('emo', 'kill-session', '-t', '=work');
    expect(await lastingSessions()).toEqual({ emo: ['notes'], anca: ['ledger'], wizard: ['a', 'b'] });
    await killServer('wizard');
    expect(await lastingSessions()).toEqual({ emo: ['notes'], anca: ['ledger'], wizard: ['a', 'b'] });
  });

  test('leaves a session alone that was opened in the meantime under the name of a closed one', async () => {
    await open('emo', 'scratch');
    const before = await panes();
    expect(await lastingSessions()).toEqual({ emo: ['notes', 'scratch'], anca: ['ledger'], wizard: ['a', 'b'] });
    expect(await panes()).toEqual(before);
  });

  test('still brings nothing back after a reboot that a person had closed', async () => {
    await machine().reboot();
    expect(await lastingSessions()).toEqual({ emo: ['notes', 'scratch'], anca: ['ledger'], wizard: ['a', 'b'] });
  });

  test('mends the timer that somebody disabled', async () => {
    await machine().output(['systemctl', 'disable', 'tmux-persist-save.timer']);
    await provision();
    expect(await machine().output(['systemctl', 'is-enabled', 'tmux-persist-save.timer'])).toBe('enabled\n');
    expect(await idleRun()).toMatch(/^Applied: 0 created, 0 failed; /);
  });

  test('goes on to the other users when one of them cannot be looked at, and hears of it', async () => {
    await machine().output(['pkill', '-STOP', '-u', 'anca', '-f', '^tmux']);
    await killServer('wizard');
    const { exitCode, stderr } = await machine().exec(['t3-provision-users'], { timeoutMs: 60_000 });
    await machine().output(['pkill', '-CONT', '-u', 'anca', '-f', '^tmux']);
    expect(stderr).toContain('the next run tries again');
    expect(exitCode).toBe(0);
    expect(await lastingSessions()).toEqual({ emo: ['notes', 'scratch'], anca: ['ledger'], wizard: ['a', 'b'] });
  }, 120_000);

  test('fails when it is refused, as by a roster that is not one', async () => {
    await machine().writeFile('/etc/tmux-persist/roster.yaml', 'users: [emo]\n');
    expect((await machine().exec(['t3-provision-users', '--dry-run'])).exitCode).toBe(1);
    expect((await machine().exec(['t3-provision-users'])).exitCode).toBe(1);
    expect(await sessions()).toEqual({ emo: ['notes', 'scratch'], anca: ['ledger'], wizard: ['a', 'b'] });
  });

  async function provision(): Promise<ExecResult> {
    const result = await machine().exec(['t3-provision-users']);
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    return result;
  }

  /** The sessions after several runs, each of which leaves what the one before it left; a dry run has nothing to say then. */
  async function lastingSessions() {
    await provision();
    const found = await sessions();
    for (let run = 2; run <= 3; run += 1) {
      await provision();
      expect(await sessions()).toEqual(found);
    }
    const { stdout } = await machine().exec(['t3-provision-users', '--dry-run']);
    expect(stdout).toMatch(/^Plan: nothing to do\.$/m);
    return found;
  }

  /** What a run did of which nothing is to be seen afterwards. */
  async function idleRun(): Promise<string> {
    const before = await recordsOfTheHost();
    const { stdout } = await provision();
    expect(await recordsOfTheHost()).toBe(before);
    return stdout;
  }

  /** All that a run could change: records, units, servers and what runs in them. */
  function allOfTheHost(): Promise<string> {
    return machine().output(['sh', '-c', digest('')]);
  }

  /** The same without the notes of each look and each run, and what monitoring is told of them: they say when it was. */
  function recordsOfTheHost(): Promise<string> {
    return machine().output(['sh', '-c', digest("! -name 'last-*.json' ! -name '*.prom'")]);
  }

  async function sessions() {
    const [emo, anca, wizard] = await Promise.all(users.map((user) => sessionsOf(machine(), user)));
    return { emo, anca, wizard };
  }

  /** Server, session, pane and process of everything that runs. */
  async function panes() {
    const format = '#{pid} #{session_id} #{session_name} #{pane_id} #{pane_pid}';
    const list = async (user: string) => (await machine().exec(['tmux', 'list-panes', '-aF', format], { user })).stdout;
    const [emo, anca, wizard] = await Promise.all(users.map(list));
    return { emo, anca, wizard };
  }

  async function open(user: string, ...names: readonly string[]): Promise<void> {
    for (const name of names) await tmux(user, 'new-session', '-d', '-s', name);
  }

  /** What a person does who is done: the shell ends, and with the last one the server. */
  async function leave(user: string, session: string): Promise<void> {
    await tmux(user, 'send-keys', '-t', `=${session}:`, 'exit', 'Enter');
    await expect.poll(() => sessionsOf(machine(), user)).not.toContain(session);
  }

  function tmux(user: string, ...args: readonly string[]): Promise<string> {
    return machine().output(['tmux', ...args], { user });
  }

  async function killServer(user: string): Promise<void> {
    const script = `pkill -KILL -u ${user} -f '^tmux' && while pgrep -u ${user} -f '^tmux'; do :; done`;
    await machine().output(['sh', '-c', script]);
  }
});

/** Longer than a test, also after the machine has booted. */
const never = '[Timer]\nOnBootSec=\nOnUnitActiveSec=\nOnBootSec=100d\n';

function digest(exceptions: string): string {
  const files = `find /var/lib/tmux-persist /etc/systemd/system /usr/local/lib/systemd ${exceptions} -type f -exec sha256sum {} +`;
  return `{ ${files}; find /var/lib/tmux-persist -printf '%p %m %u:%g\\n'; ps -eo pid,user,args | grep '[t]mux' | grep -v find; } | sort`;
}
