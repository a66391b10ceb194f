import { beforeAll, describe, expect, test } from 'vitest';
import { addRosterUsers, installFrom } from './support/installed-program.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';

const unit = 'tmux-persist-watch.service';

describe('the installed watch, in what status and doctor tell', { timeout: 120_000 }, () => {
  const machine = useMachine();
  const told = (command: 'status' | 'doctor'): Promise<string> => machine().output(['tmux-persist', command]);

  beforeAll(async () => {
    await addRosterUsers(machine(), 'emo');
    await installFrom(machine());
  }, 180_000);

  test('runs', async () => {
    await waitFor(async () => (await told('status')).includes('\nwatch: running since '), 20_000, 'a watch that runs');
    expect(await told('doctor')).toMatch(/^ok {6}watch: runs as process \d+ since /m);
  });

  test('does not follow the kernel log of a machine that has none, which the doctor warns of', async () => {
    expect(await told('doctor')).toMatch(/^warning watch: does not follow the kernel log, so /m);
  });

  test('is missed when it does not run, and the given command brings it back', async () => {
    await machine().output(['systemctl', 'stop', unit]);
    expect((await told('status')).split('\n').slice(-4)).toEqual([
      expect.stringMatching(/^watch: not running since \d\d:\d\d: systemctl start tmux-persist-watch\.service$/),
      '       without it: sessions younger than five minutes are not recorded, causes',
      '       are told by counters and sockets, and nothing heals by itself',
      '',
    ]);
    expect(await told('doctor')).toMatch(
      /^warning watch: has not run since [^\n]*\n {8}mend: systemctl start tmux-persist-watch\.service$/m,
    );
    await machine().output(['systemctl', 'start', unit]);
    await waitFor(async () => (await told('status')).includes('\nwatch: running since '), 20_000, 'a watch that runs');
    expect(await told('doctor')).not.toMatch(/^warning watch: has not run/m);
  });
});
