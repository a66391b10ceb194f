import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { healOutcomesOf, heldOf } from '../support/watch.ts';
import { addRosterUsers, installFrom, sessionsOf } from './support/installed-program.ts';
import { journalOf } from './support/journal.ts';
import { installMachineAgents } from './support/machine-agents.ts';
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
  watchUnit,
  watchUnitProperty,
} from './support/watched-host.ts';

const agents = installMachineAgents();
afterAll(agents.remove);

// A session is healed once in an hour, so each test has a user of its own.
const users = ['emo', 'anca', 'lena', 'mira', 'radu'] as const;

/** Its server dies where another user must have no heal: a heal of that other would have come first. */
const control = 'control';

describe('the watch of a host', { timeout: 90_000 }, () => {
  const machine = useMachine({ binds: [agents.bind] });

  beforeAll(async () => {
    await addRosterUsers(machine(), ...users, control);
    await installFrom(machine());
    // From here on nothing but the watch records.
    await machine().output(['systemctl', 'stop', 'tmux-persist-save.timer']);
  }, 120_000);

  test('brings back what the kill of a server took, within seconds, in a service of its user', async () => {
    const conversation = await agents.converse(machine(), 'emo', 'talk', 'remember me');
    await openRecorded(machine(), 'emo', 'notes', 'work');
    await isRecorded(machine(), 'emo', 'live', 'talk');
    await isConversationRecorded(machine(), 'emo', conversation);
    const before = await tmuxServerIn(machine(), 'emo');
    const killedAt = performance.now();
    await machine().output(['kill', '-KILL', `${before.pid}`]);
    await waitFor(async () => (await sessionsOf(machine(), 'emo')).length === 3, 30_000, 'the heal');
    // Three seconds of them are the grace.
    expect(performance.now() - killedAt).toBeLessThan(12_000);
    expect(await sessionsOf(machine(), 'emo')).toEqual(['notes', 'talk', 'work']);
    await isRecorded(machine(), 'emo', 'live', 'notes', 'talk', 'work');

    const { unit, cgroup, groups, pid } = await tmuxServerIn(machine(), 'emo');
    expect(unit).toMatch(/^tmux-server-.*\.service$/);
    expect(cgroup).toBe(`/user.slice/user-${await uidOf('emo')}.slice/${unit}`);
    expect(groups).toEqual(['emo']);
    // The sandbox of the watch would let nobody use sudo.
    expect(machine().processFile(pid, 'status')).toMatch(/^NoNewPrivs:\t0$/m);
    await waitFor(async () => (await resumesOf('emo', conversation)) > 0, 60_000, 'the agent');
    expect(await resumesOf('emo', conversation)).toBe(1);
  });

  test('says each of its decisions once, and is denied nothing by its sandbox', async () => {
    expect(await saidBy(machine(), 'emo')).toEqual([
      expect.stringMatching(/^emo: the tmux server, process \d+, was killed or crashed$/),
      'emo: heals notes, talk, work: the tmux server died',
      'emo: created notes, talk, work',
    ]);
    const warnings = (await journalOf(machine(), watchUnit)).filter(({ priority }) => priority <= 4);
    expect(warnings.map(({ message }) => message)).toEqual([
      // A container has no kernel log.
      expect.stringMatching(/^who was killed for memory is known less exactly: /),
      expect.stringMatching(/^emo: the tmux server, .* was killed or crashed$/),
      expect.stringMatching(/^emo: saved .*: gone .*server died/),
    ]);
  });

  test('takes the stop of the service of a server for what it is, and heals nothing', async () => {
    await openRecorded(machine(), 'anca', 'ledger', 'notes');
    await restoredIntoService('anca');
    const { unit } = await tmuxServerIn(machine(), 'anca');
    expect(unit).toMatch(/^tmux-server-.*\.service$/);
    await machine().output(['systemctl', 'stop', unit]);
    const causes = await causesOfLoss(machine(), 'anca', 'ledger', 'notes', 'later');
    expect(causes).toEqual(['server-stopped', 'server-stopped', 'server-stopped']);
    await expectNoHealOf('anca', 'first');
  });

  test('takes the end of the systemd of a user for what it is, and heals nothing', async () => {
    await machine().output(['loginctl', 'enable-linger', 'lena']);
    const service = ['systemd-run', '--user', '--quiet', '--property=Type=forking'] as const;
    await machine().output([...service, 'tmux', 'new-session', '-d', '-s', 'notes'], { user: 'lena', login: true });
    await openRecorded(machine(), 'lena', 'work');
    await isRecorded(machine(), 'lena', 'live', 'notes');
    const manager = `user@${await uidOf('lena')}.service`;
    expect((await tmuxServerIn(machine(), 'lena')).cgroup).toContain(`/${manager}/`);
    await machine().output(['systemctl', 'stop', manager]);
    const causes = await causesOfLoss(machine(), 'lena', 'notes', 'work');
    for (const cause of causes) expect(['server-stopped', 'closed']).toContain(cause);
    await expectNoHealOf('lena', 'second');
  });

  test('knows without login records that a person closed the last session, and heals nothing', async () => {
    await machine().output(['rm', '-f', '/var/run/utmp', '/run/utmp', '/var/log/wtmp']);
    await openRecorded(machine(), 'mira', 'notes', 'work');
    for (const name of ['work', 'notes']) {
      await machine().output(['tmux', 'send-keys', '-t', `=${name}:`, 'exit', 'Enter'], { user: 'mira' });
    }
    const causes = await causesOfLoss(machine(), 'mira', 'notes', 'work');
    for (const cause of causes) expect(['server-stopped', 'closed']).toContain(cause);
    await expectNoHealOf('mira', 'third');
  });

  test('that is killed starts again, heals what was lost meanwhile, and repeats nothing', async () => {
    await openRecorded(machine(), 'radu', 'notes', 'work');
    const [saidOfEmo, healsOfEmo] = [await saidBy(machine(), 'emo'), healOutcomesOf(recordsIn(machine(), 'emo'))];
    const watch = await watchUnitProperty(machine(), 'MainPID');
    await machine().output(['kill', '-KILL', watch]);
    await machine().output(['kill', '-KILL', `${(await tmuxServerIn(machine(), 'radu')).pid}`]);
    await waitFor(async () => (await sessionsOf(machine(), 'radu')).length === 2, 60_000, 'another watch and its heal');
    expect(await watchUnitProperty(machine(), 'MainPID')).not.toBe(watch);
    expect(await watchUnitProperty(machine(), 'NRestarts')).toBe('1');
    await isRecorded(machine(), 'radu', 'live', 'notes', 'work');
    expect(await saidBy(machine(), 'emo')).toEqual(saidOfEmo);
    expect(healOutcomesOf(recordsIn(machine(), 'emo'))).toEqual(healsOfEmo);
    expect((await saidBy(machine(), 'radu')).filter((line) => line.includes(' heals '))).toHaveLength(1);
  });

  test('is no failed unit when it is stopped', async () => {
    await machine().output(['systemctl', 'stop', watchUnit]);
    expect(await watchUnitProperty(machine(), 'Result')).toBe('success');
    expect(await machine().output(['systemctl', 'list-units', '--failed', '--plain', '--no-legend'])).toBe('');
  });

  async function uidOf(user: string): Promise<string> {
    return (await machine().output(['id', '-u', user])).trim();
  }

  /** How many agents of a user run with this conversation. */
  async function resumesOf(user: string, conversation: string): Promise<number> {
    const pattern = `^${agents.bind.target}/.*--resume ${conversation}`;
    return Number((await machine().exec(['pgrep', '-u', user, '-fc', pattern])).stdout);
  }

  /** Without the watch, which would heal it and then not again for an hour. */
  async function restoredIntoService(user: string): Promise<void> {
    const names = await sessionsOf(machine(), user);
    await machine().output(['systemctl', 'stop', watchUnit]);
    await machine().output(['kill', '-KILL', `${(await tmuxServerIn(machine(), user)).pid}`]);
    await waitFor(async () => (await sessionsOf(machine(), user)).length === 0, 20_000, 'the end of the server');
    await machine().output(['tmux-persist', 'save']);
    await machine().output(['tmux-persist', 'restore', user]);
    await machine().output(['systemctl', 'start', watchUnit]);
    await isRecorded(machine(), user, 'live', ...names);
    // Only the watch can record this one, so it knows the server then.
    await openRecorded(machine(), user, 'later');
  }

  /** A server of another user dies after this one's, and is healed. */
  async function expectNoHealOf(user: string, session: string): Promise<void> {
    await openRecorded(machine(), control, session);
    await machine().output(['kill', '-KILL', `${(await tmuxServerIn(machine(), control)).pid}`]);
    await waitFor(async () => (await sessionsOf(machine(), control)).includes(session), 30_000, 'the heal of another');
    expect(await sessionsOf(machine(), user)).toEqual([]);
    expect(healOutcomesOf(recordsIn(machine(), user))).toEqual([]);
    expect(heldOf(recordsIn(machine(), user))).toEqual([]);
    expect((await saidBy(machine(), user)).filter((line) => line.includes(' heals '))).toEqual([]);
    expect(await saidBy(machine(), user)).toContainEqual(expect.stringContaining('ended in an orderly way'));
  }
});
