import { afterAll, describe, expect, test } from 'vitest';
import { addRosterUsers, installWithoutWatch } from './support/installed-program.ts';
import { loseServer } from './support/lose-server.ts';
import { installMachineAgents } from './support/machine-agents.ts';
import { suiteOfThisRun } from './support/suite.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';

const agents = installMachineAgents();
afterAll(agents.remove);

const paneMemory = 700 * 1024 * 1024;

/** The user's systemd answers no more, until the shell of the restored agent's pane has run for half a second. */
const slowMove = `kill -STOP "$1"
{ until pgrep -f "[p]ane-agent"; do sleep 0.02; done; sleep 0.5; kill -CONT "$1"; } >/dev/null 2>&1 &`;

/** From 3.4 on tmux gives each pane a scope of its own, where its user has a systemd. bookworm has 3.3a. */
const suite = suiteOfThisRun() === 'sid' ? 'sid' : 'trixie';

describe(
  `on a tmux that gives each pane a scope, as in ${suite}, a restore for a user who lingers`,
  { timeout: 300_000 },
  () => {
    const machine = useMachine({ suite, binds: [agents.bind] });
    const names = ['job-1', 'job-2', 'job-3', 'job-4', 'job-5', 'job-6'];

    test('has each restored agent within the memory limit of its pane', async () => {
      await addRosterUsers(machine(), 'emo');
      expect((await installWithoutWatch(machine())).exitCode).toBe(0);
      await machine().output(['loginctl', 'enable-linger', 'emo']);
      await machine().writeFile(
        '/etc/systemd/user/tmux-spawn-.scope.d/memory.conf',
        `[Scope]\nMemoryMax=${paneMemory}\n`,
      );
      const reload = ['systemctl', '--machine=emo@', '--user', 'daemon-reload'] as const;
      await waitFor(async () => (await machine().exec(reload)).exitCode === 0, 20_000, "the user's systemd");
      await machine().output(['tmux', 'new-session', '-d', '-s', 'notes'], { user: 'emo' });
      await loseServer(machine(), 'emo');
      expect(await statusOf('restore', 'emo')).toBe(0);
      for (const name of names) await agents.converse(machine(), 'emo', name, `these are the words of ${name}`);
      await loseServer(machine(), 'emo');

      expect(await statusOf('restore', 'emo')).toBe(0);

      for (const name of names) await expectWithinLimit(name);
    });

    test('does so where the move of a pane takes longer than the start of its shell', async () => {
      await loseServer(machine(), 'emo');
      const uid = (await machine().output(['id', '-u', 'emo'])).trim();
      const show = ['systemctl', 'show', '--property=MainPID', '--value', `user@${uid}.service`] as const;
      const manager = (await machine().output(show)).trim();
      await machine().output(['sh', '-c', slowMove, 'sh', manager]);

      expect(await statusOf('apply', '--user', 'emo', '--session', 'job-1')).toBe(0);

      await expectWithinLimit('job-1');
    });

    async function statusOf(...words: readonly string[]): Promise<number | null> {
      return (await machine().exec(['tmux-persist', ...words], { timeoutMs: 60_000 })).exitCode;
    }

    async function expectWithinLimit(session: string): Promise<void> {
      const format = '#{pane_tty} #{pane_pid}';
      const pane = await machine().output(['tmux', 'display-message', '-p', '-t', `=${session}:`, format], {
        user: 'emo',
      });
      const [tty = '', shell = ''] = pane.trim().split(' ');
      const processes = await machine().output(['ps', '-t', tty, '-o', 'pid=']);
      const pids = processes.trim().split(/\s+/);
      expect(pids.length).toBeGreaterThan(1);
      const cgroups = await Promise.all(pids.map(cgroupOf));
      expect(new Set(cgroups)).toEqual(new Set([await cgroupOf(shell)]));
      const [cgroup = ''] = cgroups;
      expect(cgroup).toMatch(/\/tmux-spawn-[^/]*\.scope$/);
      const scope = cgroup.slice(cgroup.lastIndexOf('/') + 1);
      const limit = ['systemctl', '--machine=emo@', '--user', 'show', '--property=MemoryMax', scope] as const;
      expect(await machine().output(limit)).toBe(`MemoryMax=${paneMemory}\n`);
    }

    async function cgroupOf(pid: string): Promise<string> {
      return /^0::(.*)$/m.exec(await machine().readFile(`/proc/${pid}/cgroup`))?.[1] ?? '';
    }
  },
);
