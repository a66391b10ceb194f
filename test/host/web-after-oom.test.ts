import { afterAll, expect, test } from 'vitest';
import { pageAs, startBrowser, takePicture } from './support/browser.ts';
import { installFrom, sessionsOf } from './support/installed-program.ts';
import { installMachineAgents } from './support/machine-agents.ts';
import { pageUrl, servePage } from './support/page-host.ts';
import { tmuxServerIn } from './support/tmux-server-in.ts';
import { useMachine } from './support/use-machine.ts';
import { isConversationRecorded, isRecorded, untilRecordedMs } from './support/watched-host.ts';

const agents = installMachineAgents();
afterAll(agents.remove);
const machine = useMachine({ binds: [agents.bind] });

// What the project is for, in one test. Nothing heals by itself here, so that it is the button.
test('an OOM kill takes the server of a user, who presses one button in the browser and has all back', async () => {
  for (const user of ['emo', 'anca']) await machine().addUser(user);
  const roster = 'users:\n  emo: { authentik_user: emo@example.com }\n  anca: {}\npersist: { heal: off }\n';
  await machine().writeFile('/etc/tmux-persist/roster.yaml', roster);
  expect((await installFrom(machine())).exitCode).toBe(0);
  await servePage(machine());
  const conversation = await agents.converseAtPrompt(machine(), 'emo', 'infra', 'cool the rack');
  for (const [user, name] of [
    ['emo', 'notes'],
    ['anca', 'quiet'],
  ] as const) {
    await machine().output(['tmux', 'new-session', '-d', '-s', name], { user });
    await isRecorded(machine(), user, 'live', name);
  }
  await isConversationRecorded(machine(), 'emo', conversation);
  const quiet = await tmuxServerIn(machine(), 'anca');
  await machine().oomKillServer('emo');

  const browser = await startBrowser(machine());
  try {
    const page = await pageAs(browser, 'emo@example.com', pageUrl);
    await page.getByText('2 sessions were lost').waitFor({ timeout: untilRecordedMs });
    await page.getByRole('button', { name: 'Restore the ticked sessions' }).click();
    await page.getByText('Done: 2 of 2 sessions run.').waitFor({ timeout: 60_000 });
    await takePicture(page, 'after-oom');
  } finally {
    await browser.close();
  }
  expect(await sessionsOf(machine(), 'emo')).toEqual(['infra', 'notes']);
  expect(await agents.say(machine(), 'emo', 'infra', 'and the other rack')).toBe(conversation);
  expect(await tmuxServerIn(machine(), 'anca')).toEqual(quiet);
}, 240_000);
