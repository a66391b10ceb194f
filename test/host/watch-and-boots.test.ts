import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { healOutcomesOf, heldOf } from '../support/watch.ts';
import { addRosterUsers, installFrom, sessionsOf } from './support/installed-program.ts';
import { installMachineAgents } from './support/machine-agents.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';
import {
  isConversationRecorded,
  isRecorded,
  openRecorded,
  recordsIn,
  saidBy,
  watchUnitProperty,
} from './support/watched-host.ts';

const agents = installMachineAgents();
afterAll(agents.remove);

const users = ['emo', 'anca'] as const;
const restoreUnit = 'tmux-persist-restore.service';

describe('the watch of a host that goes down', { timeout: 90_000 }, () => {
  const machine = useMachine({ binds: [agents.bind] });
  let conversation = '';

  beforeAll(async () => {
    await addRosterUsers(machine(), ...users);
    await installFrom(machine());
    await machine().output(['systemctl', 'disable', '--now', 'tmux-persist-save.timer']);
    conversation = await agents.converse(machine(), 'emo', 'talk', 'remember me');
    await openRecorded(machine(), 'emo', 'notes');
    await isRecorded(machine(), 'emo', 'live', 'talk');
    await isConversationRecorded(machine(), 'emo', conversation);
    // In a login session, whose processes the shutdown ends by itself.
    await machine().output(['tmux', 'new-session', '-d', '-s', 'ledger'], { user: 'anca', login: true });
    await openRecorded(machine(), 'anca', 'work');
    await isRecorded(machine(), 'anca', 'live', 'ledger');
  }, 120_000);

  test('heals nothing of a reboot, after which the boot brings everything back once', async () => {
    await machine().reboot();
    await restored();
    expect(await causesOnRecord()).toEqual(['reboot']);
    await expectEverythingOnce('ledger', 'work');
    await expectNoHeal();
  });

  test('heals nothing of a power failure, after which the boot brings everything back once', async () => {
    await openRecorded(machine(), 'anca', 'late');
    await machine().crash();
    await machine().boot();
    await restored();
    expect(await causesOnRecord()).toEqual(['closed', 'reboot']);
    await expectEverythingOnce('late', 'ledger', 'work');
    await expectNoHeal();
  });

  test('brings nothing back twice where the power fails while a heal waits for its grace', async () => {
    await machine().exec(['pkill', '-KILL', '-u', 'anca', '-x', 'tmux: server']);
    await isRecorded(machine(), 'anca', 'server-died', 'ledger', 'late', 'work');
    await machine().crash();
    await machine().boot();
    await restored();
    expect(await causesOnRecord()).toEqual(['closed', 'reboot', 'server-died']);
    await expectEverythingOnce('late', 'ledger', 'work');
  });

  /** What the records say that sessions were lost by, sorted. */
  async function causesOnRecord(): Promise<readonly string[]> {
    const causes = '"(reboot|server-stopped|server-died|closed|killed)"';
    const found = await machine().output(['grep', '-rhoE', causes, '/var/lib/tmux-persist/users/', '--include=2*']);
    return [...new Set(found.replaceAll('"', '').trim().split('\n'))].toSorted();
  }

  async function restored(): Promise<void> {
    const isActive = async () => (await machine().exec(['systemctl', 'is-active', restoreUnit])).exitCode === 0;
    await waitFor(isActive, 30_000, 'the restore');
    expect(await watchUnitProperty(machine(), 'ActiveState')).toBe('active');
  }

  async function expectEverythingOnce(...ofAnca: readonly string[]): Promise<void> {
    // Only the watch can record these, so it has looked after the restore.
    for (const user of users) await openRecorded(machine(), user, 'probe');
    await isRecorded(machine(), 'emo', 'live', 'notes', 'talk');
    await isRecorded(machine(), 'anca', 'live', ...ofAnca);
    expect(await sessionsOf(machine(), 'emo')).toEqual(['notes', 'probe', 'talk']);
    expect(await sessionsOf(machine(), 'anca')).toEqual([...ofAnca, 'probe'].toSorted());
    const pattern = `^${agents.bind.target}/.*--resume ${conversation}`;
    const agentsOfEmo = async () => (await machine().exec(['pgrep', '-u', 'emo', '-fc', pattern])).stdout;
    await waitFor(async () => (await agentsOfEmo()) !== '0\n', 60_000, 'the agent');
    expect(await agentsOfEmo()).toBe('1\n');
    for (const user of users) {
      await machine().output(['tmux', 'kill-session', '-t', '=probe'], { user });
      await isRecorded(machine(), user, 'closed', 'probe');
    }
  }

  async function expectNoHeal(): Promise<void> {
    for (const user of users) {
      expect(healOutcomesOf(recordsIn(machine(), user))).toEqual([]);
      expect(heldOf(recordsIn(machine(), user))).toEqual([]);
      expect(await saidBy(machine(), user)).toEqual([]);
    }
  }
});
