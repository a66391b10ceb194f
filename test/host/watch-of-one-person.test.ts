import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseHeals } from '../../src/state/heals.ts';
import { healsPath } from '../../src/state/state-paths.ts';
import { sessionsOf } from './support/installed-program.ts';
import { programInside } from './support/program-binds.ts';
import { tmuxServerIn } from './support/tmux-server-in.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';
import { watchUnit } from './support/watched-host.ts';

// Where `install --user` has it.
const tmuxPersist = ['/home/emo/.local/lib/tmux-persist/bin/tmux-persist'] as const;
const unitFile = join(import.meta.dirname, '../../systemd/user', watchUnit);

describe('the watch of one person, on a host where root has installed nothing', { timeout: 90_000 }, () => {
  const machine = useMachine();
  let healed = 0;

  beforeAll(async () => {
    await machine().addUser('emo');
    await machine().output(['loginctl', 'enable-linger', 'emo']);
    const [node, program] = programInside;
    const script = `#!/bin/sh\nexec ${node} ${program} "$@"\n`;
    await asEmo('install', '-D', '-m', '0755', '/dev/null', ...tmuxPersist);
    await machine().writeFile(...tmuxPersist, script, '0755');
    await asEmo('mkdir', '-p', '/home/emo/.config/systemd/user');
    await machine().writeFile(`/home/emo/.config/systemd/user/${watchUnit}`, readFileSync(unitFile, 'utf8'));
    await own('enable', '--now', watchUnit);
  }, 60_000);

  test("heals that person's server", async () => {
    await open('notes');
    await open('work');
    await killServer();
    await waitFor(async () => (await sessionsOf(machine(), 'emo')).length === 2, 30_000, 'the heal');
    expect(await sessionsOf(machine(), 'emo')).toEqual(['notes', 'work']);
    await waitFor(async () => !(await healOutcomes()).includes(null), 20_000, 'its record');
    expect(await healOutcomes()).toEqual(['created', 'created']);
    const { pid, cgroup } = await tmuxServerIn(machine(), 'emo');
    expect(cgroup).toMatch(/^\/user\.slice\/user-\d+\.slice\/user@\d+\.service\//);
    healed = pid;
  });

  test('leaves the server that it started when it starts again, and goes on', async () => {
    await own('restart', watchUnit);
    await open('later');
    expect((await tmuxServerIn(machine(), 'emo')).pid).toBe(healed);
    expect(await sessionsOf(machine(), 'emo')).toEqual(['later', 'notes', 'work']);
    await killServer();
    // The two others were healed within the hour.
    await waitFor(async () => (await sessionsOf(machine(), 'emo')).length > 0, 30_000, 'the heal');
    expect(await sessionsOf(machine(), 'emo')).toEqual(['later']);
  });

  test('is no failed unit when it is stopped', async () => {
    await own('stop', watchUnit);
    expect(await own('list-units', '--failed', '--plain', '--no-legend')).toBe('');
    expect(await sessionsOf(machine(), 'emo')).toEqual(['later']);
  });

  function asEmo(...argv: readonly [string, ...string[]]): Promise<string> {
    return machine().output(argv, { user: 'emo' });
  }

  function own(...words: readonly string[]): Promise<string> {
    return machine().output(['systemctl', '--user', ...words], { user: 'emo', login: true });
  }

  async function isRecordedLive(name: string): Promise<boolean> {
    const { exitCode, stdout } = await machine().exec([...tmuxPersist, 'show', 'emo', '--json'], { user: 'emo' });
    if (exitCode !== 0) return false;
    const { manifest }: { manifest: { sessions: readonly { name: string; state: string }[] } } = JSON.parse(stdout);
    return manifest.sessions.some((entry) => entry.name === name && entry.state === 'live');
  }

  async function healOutcomes(): Promise<readonly (string | null)[]> {
    const text = await machine().readFile(healsPath('/home/emo/.local/state/tmux-persist', 'emo'));
    return parseHeals(text).heals.map(({ outcome }) => outcome);
  }

  async function open(name: string): Promise<void> {
    await asEmo('tmux', 'new-session', '-d', '-s', name);
    await waitFor(() => isRecordedLive(name), 20_000, `a record of ${name}`);
  }

  async function killServer(): Promise<void> {
    await machine().output(['kill', '-KILL', `${(await tmuxServerIn(machine(), 'emo')).pid}`]);
  }
});
