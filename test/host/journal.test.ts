import { describe, expect, test } from 'vitest';
import { valueOf } from '../support/exposition-format.ts';
import { addRosterUsers, installWithoutWatch, sessionsOf } from './support/installed-program.ts';
import { journalOf, warningsOf, type JournalEntry } from './support/journal.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';

const saveUnit = 'tmux-persist-save.service';
const restoreUnit = 'tmux-persist-restore.service';
const metricsPath = '/var/lib/tmux-persist/metrics/tmux-persist.prom';

describe('what an administrator sees of the units', { timeout: 90_000 }, () => {
  const machine = useMachine();

  test('is one line for a user of whom something changed', async () => {
    await addRosterUsers(machine(), 'emo', 'anca');
    expect((await installWithoutWatch(machine())).exitCode).toBe(0);
    // From here on nothing but the tests starts a save.
    await machine().output(['systemctl', 'stop', 'tmux-persist-save.timer']);
    await openSession('emo', 'notes');
    await openSession('anca', 'ledger');
    const [emo, anca] = await newEntries(saveUnit, save);
    expect(emo).toEqual({ priority: 6, message: expect.stringMatching(/^emo: saved \d{8}T\d{6}, 1 live: new notes$/) });
    expect(anca).toEqual({
      priority: 6,
      message: expect.stringMatching(/^anca: saved \d{8}T\d{6}, 1 live: new ledger$/),
    });
  });

  test('is nothing where nothing has changed', async () => {
    expect(await newEntries(saveUnit, save)).toEqual([]);
    expect(await warningsOf(machine())).toEqual([]);
  });

  test('is the same in the metrics, which a user without rights can read', async () => {
    const read = await machine().output(['cat', metricsPath], { user: 'emo' });
    expect(valueOf(read, 'tmux_persist_sessions', { user: 'anca', state: 'live', cause: '' })).toBe(1);
    const ageSeconds = Date.now() / 1000 - (valueOf(read, lastGoodSave, { user: 'anca' }) ?? 0);
    expect(ageSeconds).toBeLessThan(120);
  });

  test('is a warning when a server died', async () => {
    await machine().output(['pkill', '-KILL', '-u', 'emo', '-x', 'tmux: server']);
    const [lost] = await newEntries(saveUnit, save);
    const message = expect.stringMatching(/^emo: saved \d{8}T\d{6}, 0 live, 1 gone: gone notes \(server died\)$/);
    expect(lost).toEqual({ priority: 4, message });
    expect(await warningsOf(machine())).toEqual([message]);
  });

  test('is a failed unit as long as a user cannot be recorded, and the others are', async () => {
    await machine().output(['pkill', '-STOP', '-u', 'anca', '-x', 'tmux: server']);
    const before = await metric(lastGoodSave, 'anca');
    expect(await newEntries(saveUnit, save)).toEqual([
      { priority: 3, message: 'anca: not saved: tmux did not answer within 5 s' },
    ]);
    expect(await failedUnits()).toEqual([saveUnit]);
    expect(await machine().output(['systemctl', 'show', '--property=ExecMainStatus', '--value', saveUnit])).toBe('4\n');
    expect(await metric('tmux_persist_last_save_failed', 'anca')).toBe(1);
    expect(await metric('tmux_persist_last_save_failed', 'emo')).toBe(0);
    expect(await metric(lastGoodSave, 'anca')).toBe(before);
    const { exitCode, stdout } = await machine().exec(['tmux-persist', 'status']);
    // The timer rests, for this test.
    expect(exitCode).toBe(1);
    const meaning =
      "exit status 4 (NOPERMISSION is systemd's name for it): somebody could not be looked at or recorded";
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      `host: ${saveUnit} has failed with ${meaning}, the others were: journalctl --boot --unit=${saveUnit} `,
    );
    await machine().output(['pkill', '-CONT', '-u', 'anca', '-x', 'tmux: server']);
    expect(await newEntries(saveUnit, save)).toEqual([]);
    expect(await failedUnits()).toEqual([]);
    expect(await metric('tmux_persist_last_save_failed', 'anca')).toBe(0);
  });

  test('is a warning and no failed unit when another run holds a lock', async () => {
    const dropIn = `/run/systemd/system/${saveUnit}.d/impatient.conf`;
    await machine().writeFile(
      dropIn,
      '[Service]\nExecStart=\nExecStart=/usr/local/bin/tmux-persist save --lock-timeout 1\n',
    );
    const lock = '/var/lib/tmux-persist/lock/emo.lock';
    await machine().output(['systemctl', 'daemon-reload']);
    await machine().output(['systemd-run', '--unit=holder', 'flock', '--no-fork', lock, 'sleep', '600']);
    await waitFor(
      async () => (await machine().exec(['flock', '--nonblock', lock, 'true'])).exitCode === 1,
      10_000,
      'the lock',
    );
    expect(await newEntries(saveUnit, save)).toEqual([
      { priority: 4, message: 'emo: not saved: another run held the lock for longer than 1 s' },
    ]);
    expect(await machine().output(['systemctl', 'show', '--property=ExecMainStatus', '--value', saveUnit])).toBe('5\n');
    expect(await failedUnits()).toEqual([]);
    await machine().output(['systemctl', 'stop', 'holder.service']);
  });

  test('is at boot a line for each user whose sessions are back', async () => {
    await machine().reboot();
    await waitFor(async () => (await journalOf(machine(), restoreUnit)).length >= 3, 20_000, 'the end of the restore');
    const [first, second, ...rest] = await journalOf(machine(), restoreUnit);
    // Each as soon as it is done.
    expect([first, second]).toEqual(
      expect.arrayContaining([
        { priority: 6, message: 'emo: created notes' },
        { priority: 6, message: 'anca: created ledger' },
      ]),
    );
    expect(rest).toEqual([{ priority: 6, message: 'Applied: 2 created, 0 failed; 0 held, 0 live.' }]);
    expect(await warningsOf(machine())).toEqual([]);
    expect(await failedUnits()).toEqual([]);
    const labels = { user: 'emo', outcome: 'created' };
    expect(valueOf(await machine().readFile(metricsPath), 'tmux_persist_last_apply_outcomes', labels)).toBe(1);
  });

  test('is a failed unit when a session could not be brought back, until it is', async () => {
    await machine().output(['pkill', '-KILL', '-u', 'emo']);
    await waitFor(async () => (await machine().exec(['pgrep', '-u', 'emo'])).exitCode === 1, 20_000, 'the end of emo');
    // No more terminals than there are: anca has the first two.
    await openSession('anca', 'second');
    await machine().output(['mount', '-o', 'remount,max=2', '/dev/pts']);
    const restart = (): Promise<unknown> => machine().exec(['systemctl', 'restart', restoreUnit]);
    const [failure, sum] = await newEntries(restoreUnit, restart);
    expect(failure).toEqual({ priority: 3, message: expect.stringMatching(/^emo: failed notes: .*No space left/) });
    expect(sum).toEqual({ priority: 6, message: 'Applied: 0 created, 1 failed; 0 held, 2 live.' });
    expect(await failedUnits()).toEqual([restoreUnit]);
    const { stdout } = await machine().exec(['tmux-persist', 'status']);
    expect(stdout).toMatch(new RegExp(`^host: ${restoreUnit} has failed with exit status 1 `, 'm'));
    expect(stdout).toContain(`      journalctl --boot --unit=${restoreUnit}\n`);
    await machine().output(['mount', '-o', 'remount,max=1024', '/dev/pts']);
    expect(await newEntries(restoreUnit, restart)).toMatchObject([{ message: 'emo: created notes' }, { priority: 6 }]);
    expect(await failedUnits()).toEqual([]);
    expect(await sessionsOf(machine(), 'emo')).toEqual(['notes']);
  });

  test('has no escape sequence in it', async () => {
    const entries = [...(await journalOf(machine(), saveUnit)), ...(await journalOf(machine(), restoreUnit))];
    expect(entries.filter(({ message }) => message.includes('\x1b'))).toEqual([]);
    expect(entries.length).toBeGreaterThan(0);
  });

  async function openSession(user: string, name: string): Promise<void> {
    await machine().output(['tmux', 'new-session', '-d', '-s', name], { user });
  }

  async function save(): Promise<void> {
    await machine().exec(['systemctl', 'start', saveUnit], { timeoutMs: 60_000 });
  }

  /** What the program writes to the journal of a unit while something is done. */
  async function newEntries(unit: string, act: () => Promise<unknown>): Promise<readonly JournalEntry[]> {
    const before = await journalOf(machine(), unit);
    await act();
    return (await journalOf(machine(), unit)).slice(before.length);
  }

  async function failedUnits(): Promise<readonly string[]> {
    const text = await machine().output(['systemctl', '--failed', '--plain', '--no-legend', '--no-pager']);
    return text.split('\n').flatMap((line) => line.split(' ')[0] || []);
  }

  async function metric(name: string, user: string): Promise<number | null> {
    return valueOf(await machine().readFile(metricsPath), name, { user });
  }
});

const lastGoodSave = 'tmux_persist_last_good_save_timestamp_seconds';
