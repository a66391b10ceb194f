import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readHeals } from '../../src/state/heals.ts';
import { healOutcomesOf, heldOf } from '../support/watch.ts';
import { killOnceByEarlyoom } from './support/earlyoom.ts';
import { installFrom, planIn, sessionsOf } from './support/installed-program.ts';
import { installMachineAgents } from './support/machine-agents.ts';
import { suiteOfThisRun } from './support/suite.ts';
import { tmuxServerIn } from './support/tmux-server-in.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';
import {
  causesOfLoss,
  isConversationRecorded,
  isRecorded,
  openRecorded,
  recordsIn,
  saidBy,
} from './support/watched-host.ts';

const agents = installMachineAgents();
afterAll(agents.remove);

// Its earlyoom cannot be told to end after a kill.
const isOld = suiteOfThisRun() === 'bullseye';
const roster = '/etc/tmux-persist/roster.yaml';

/** More than any host has: then memory counts as short. The container sees the memory of its host. */
const unreachableFloor = 100_000_000;

describe('the watch of a host whose programs are killed for memory', { timeout: 90_000 }, () => {
  const machine = useMachine({ binds: [agents.bind] });
  let conversation = '';
  const servers = { emo: 0, anca: 0 };

  beforeAll(async () => {
    for (const user of ['emo', 'anca']) await machine().addUser(user);
    await machine().writeFile(roster, rosterText(unreachableFloor));
    await installFrom(machine());
    await machine().output(['systemctl', 'stop', 'tmux-persist-save.timer']);
  }, 120_000);

  test.skipIf(isOld)(
    'knows what the real earlyoom killed, a session with its agent, and what a person closed',
    async () => {
      conversation = await agents.converse(machine(), 'emo', 'talk', 'remember me');
      await openRecorded(machine(), 'emo', 'notes', 'closing');
      await isRecorded(machine(), 'emo', 'live', 'talk');
      await isConversationRecorded(machine(), 'emo', conversation);
      servers.emo = (await tmuxServerIn(machine(), 'emo')).pid;
      await machine().output(['choom', '--pid', await paneOf('emo', 'talk'), '--adjust', '1000']);
      await killOnceByEarlyoom(machine());
      await machine().output(['tmux', 'kill-session', '-t', '=closing'], { user: 'emo' });

      // Earlyoom says what it did when its victim has ended, which the watch may have recorded by then.
      await isRecorded(machine(), 'emo', 'killed', 'talk');
      await isRecorded(machine(), 'emo', 'closed', 'closing');
      expect((await tmuxServerIn(machine(), 'emo')).pid).toBe(servers.emo);
      const { users } = await planIn(machine());
      const actions = users.find(({ user }) => user === 'emo')?.actions ?? [];
      expect(actions.find(({ session }) => session === 'talk')).toMatchObject({
        action: 'create',
        cause: 'killed',
        killer: { by: 'earlyoom' },
      });
      expect(actions.find(({ session }) => session === 'closing')).toMatchObject({ action: 'hold', cause: 'closed' });
      expect(await machine().output(['tmux-persist', 'history', 'emo'])).toMatch(/talk.*killed.*by earlyoom/);
    },
  );

  test.skipIf(isOld)('holds it back as long as the host is short of memory, and says so once', async () => {
    await waitFor(() => heldOf(recordsIn(machine(), 'emo')).length > 0, 20_000, 'the decision');
    expect(heldOf(recordsIn(machine(), 'emo'))).toEqual(['memory']);
    expect(await saidBy(machine(), 'emo')).toEqual([
      expect.stringMatching(/^emo: process \d+ was killed by earlyoom$/),
      expect.stringMatching(/^emo: waits for memory to heal talk: only \d+ MiB are available; the floor is 100000000/),
    ]);
  });

  test('knows that the kernel killed a session, also without the log of the kernel, as in a container', async () => {
    await openRecorded(machine(), 'anca', 'notes', 'hog');
    servers.anca = (await tmuxServerIn(machine(), 'anca')).pid;
    const hog = Number(await paneOf('anca', 'hog'));
    await keys('anca', 'hog', 'read go; exec tail /dev/zero');
    await machine().oomKillProcess(hog, () => keys('anca', 'hog', 'go'));
    expect(await causesOfLoss(machine(), 'anca', 'hog')).toEqual(['killed']);
    expect((await tmuxServerIn(machine(), 'anca')).pid).toBe(servers.anca);
  });

  test.skipIf(isOld)(
    'heals what earlyoom killed when memory has been enough for a minute, and nothing else',
    async () => {
      await machine().writeFile(roster, rosterText(1));
      await waitFor(() => healOutcomesOf(recordsIn(machine(), 'emo')).length > 0, 85_000, 'the heal');
      expect(healOutcomesOf(recordsIn(machine(), 'emo'))).toEqual(['created']);
      expect(await sessionsOf(machine(), 'emo')).toEqual(['notes', 'talk']);
      expect((await tmuxServerIn(machine(), 'emo')).pid).toBe(servers.emo);
      await waitFor(async () => (await resumesOfEmo()) !== '0\n', 60_000, 'the agent');
      expect(await resumesOfEmo()).toBe('1\n');
      const [heal] = readHeals(recordsIn(machine(), 'emo').stateDirectory, 'emo').heals;
      const said = await saidBy(machine(), 'emo');
      expect(heal).toMatchObject({ name: 'talk', reason: 'host-memory' });
      expect(said.slice(-2)).toEqual([
        'emo: heals talk: killed for lack of memory, which has recovered',
        expect.stringMatching(/^emo: created talk/),
      ]);
      expect(said.filter((line) => line.includes('heals'))).toHaveLength(1);
    },
  );

  test('heals what the kernel killed when memory has been enough for a minute', async () => {
    await machine().writeFile(roster, rosterText(1));
    await waitFor(() => healOutcomesOf(recordsIn(machine(), 'anca')).length > 0, 85_000, 'the heal');
    expect(healOutcomesOf(recordsIn(machine(), 'anca'))).toEqual(['created']);
    expect(await sessionsOf(machine(), 'anca')).toEqual(['hog', 'notes']);
    expect((await tmuxServerIn(machine(), 'anca')).pid).toBe(servers.anca);
  });

  /** How many agents of emo run with the conversation. */
  async function resumesOfEmo(): Promise<string> {
    const pattern = `^${agents.bind.target}/.*--resume ${conversation}`;
    return (await machine().exec(['pgrep', '-u', 'emo', '-fc', pattern])).stdout;
  }

  async function paneOf(user: string, session: string): Promise<string> {
    const argv = ['tmux', 'display-message', '-p', '-t', `=${session}:`, '#{pane_pid}'] as const;
    return (await machine().output(argv, { user })).trim();
  }

  async function keys(user: string, session: string, line: string): Promise<void> {
    await machine().output(['tmux', 'send-keys', '-t', `=${session}:`, line, 'Enter'], { user });
  }
});

function rosterText(floorMib: number): string {
  return `persist:\n  start:\n    memory_floor_mib: ${floorMib}\nusers:\n  emo: {}\n  anca: {}\n`;
}
