import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { accessibilityProblems, isTooWide, pageAs, startBrowser, takePicture } from './support/browser.ts';
import { installFrom, sessionsOf } from './support/installed-program.ts';
import { installMachineAgents } from './support/machine-agents.ts';
import { pageUrl, servePage } from './support/page-host.ts';
import { repositoryInside } from './support/program-binds.ts';
import { tmuxServerIn } from './support/tmux-server-in.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';
import { isConversationRecorded, isRecorded, untilRecordedMs } from './support/watched-host.ts';

const agents = installMachineAgents();
afterAll(agents.remove);

const hostile = '<img src=x onerror=alert(1)>&amp;"\'';
const desk = { width: 1280, height: 800 };
const phone = { width: 360, height: 740 };

describe('the page, in a browser behind nginx', { timeout: 120_000 }, () => {
  const machine = useMachine({ binds: [agents.bind] });
  let browser: Browser;
  let conversation: string;

  beforeAll(async () => {
    for (const user of ['emo', 'anca', 'boss']) await machine().addUser(user);
    // Nothing may come back before somebody presses the button.
    await machine().writeFile('/etc/tmux-persist/roster.yaml', roster);
    await installFrom(machine());
    await servePage(machine());
    browser = await startBrowser(machine());
  }, 300_000);

  afterAll(() => browser?.close());

  test('asks who is not logged in to log in, whatever their browser says they are', async () => {
    const context = await browser.newContext({ extraHTTPHeaders: { 'X-Forwarded-User': 'emo' } });
    onTestFinished(() => context.close());
    const stranger = await context.newPage();
    await stranger.goto(pageUrl);
    expect(stranger.url()).toMatch(/\/outpost\.goauthentik\.io\/start\?rd=\/sessions\/$/);
    const page = await pageOf('nobody@example.com');
    expect(await page.textContent('body')).not.toContain('emo');
    expect((await page.goto(pageUrl))?.status()).toBe(403);
  });

  test('tells a user whose server was killed what was lost and why, and brings back what is ticked', async () => {
    conversation = await agents.converseAtPrompt(machine(), 'emo', 'infra', 'cool the rack');
    await open('emo', 'notes', 'build');
    await open('anca', 'quiet');
    await isRecorded(machine(), 'emo', 'live', 'infra', 'notes', 'build');
    await isConversationRecorded(machine(), 'emo', conversation);
    await isRecorded(machine(), 'anca', 'live', 'quiet');
    const page = await pageOf('emo@example.com');
    expect(await page.textContent('#situation')).toBe('3 sessions run. Nothing is lost.');
    await takePicture(page, 'user-all-runs');

    const quiet = await tmuxServerIn(machine(), 'anca');
    await machine().output(['kill', '-KILL', String((await tmuxServerIn(machine(), 'emo')).pid)]);

    // Without a reload: the watch tells of it.
    await page.getByText('3 sessions were lost').waitFor({ timeout: untilRecordedMs });
    expect(await page.textContent('#situation')).toMatch(
      /^3 sessions were lost, the last \d\d:\d\d: .*server died\. Nothing runs\.$/,
    );
    // The record tells of the loss a moment before the snapshot of it is stored.
    await page.locator('#bars rect.bar-lost').first().waitFor({ timeout: untilRecordedMs });
    await takePicture(page, 'user-lost');
    for (const name of ['infra', 'notes', 'build']) {
      expect(await page.getByRole('checkbox', { name, exact: true }).isChecked()).toBe(true);
    }
    await page.getByRole('checkbox', { name: 'build', exact: true }).uncheck();
    await page.getByRole('button', { name: 'Restore the ticked sessions' }).click();
    await page.getByText('Done: 2 of 2 sessions run.').waitFor({ timeout: 60_000 });
    expect(await page.locator('ul.results > li.good').count()).toBe(2);
    await takePicture(page, 'user-restored');

    expect(await sessionsOf(machine(), 'emo')).toEqual(['infra', 'notes']);
    expect(await agents.say(machine(), 'emo', 'infra', 'and the other rack')).toBe(conversation);
    expect(await tmuxServerIn(machine(), 'anca')).toEqual(quiet);
    await page.getByRole('link', { name: 'Back to the sessions' }).click();
    await page.getByText('1 session was lost').waitFor({ timeout: untilRecordedMs });
  });

  test('does the same without scripts', async () => {
    const page = await pageOf('emo@example.com', { javaScriptEnabled: false });
    expect(await page.getByRole('checkbox', { name: 'build', exact: true }).isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Restore the ticked sessions' }).click();
    await waitFor(async () => (await sessionsOf(machine(), 'emo')).includes('build'), 30_000, 'build of emo');
    // The page of a restore loads itself again until it has ended.
    await page.getByText('Done: 1 of 1 session run').waitFor({ timeout: 30_000 });
    await takePicture(page, 'user-restored-without-scripts');
  });

  test('shows a new session at once, and keeps what somebody has ticked meanwhile', async () => {
    await machine().output(['tmux', 'kill-session', '-t', '=build'], { user: 'emo' });
    await isRecorded(machine(), 'emo', 'closed', 'build');
    const page = await pageOf('emo@example.com');
    // The one before build was closed.
    await page.locator('ol.snapshots a').nth(1).click();
    const box = page.getByRole('checkbox', { name: 'build', exact: true });
    expect(await box.isChecked()).toBe(false);
    await box.check();
    await open('emo', 'fresh');
    await page.locator('#live').getByText('fresh', { exact: true }).waitFor({ timeout: untilRecordedMs });
    expect(await box.isChecked()).toBe(true);
  });

  test('shows the names of others as text, and runs none of them', async () => {
    await machine().output(['mkdir', '-p', `/home/emo/${hostile}`], { user: 'emo' });
    await machine().output(['tmux', 'new-session', '-d', '-s', hostile, '-c', `/home/emo/${hostile}`], { user: 'emo' });
    const page = await pageOf('emo@example.com');
    const alerts: string[] = [];
    page.on('dialog', (dialog) => {
      alerts.push(dialog.message());
      void dialog.dismiss();
    });
    await page.locator('#live').getByText(hostile, { exact: true }).waitFor({ timeout: untilRecordedMs });
    expect(await page.locator('img').count()).toBe(0);
    expect(alerts).toEqual([]);
    await takePicture(page, 'user-hostile-names');
    await machine().output(['tmux', 'kill-session', '-t', `=${hostile}`], { user: 'emo' });
  });

  test('shows nobody another user, but an administrator everybody and the health of the saves', async () => {
    const own = await pageOf('anca@example.com');
    expect(await own.textContent('body')).not.toMatch(/emo|infra|boss/);
    for (const path of ['users', 'users/emo']) {
      expect((await own.goto(`${pageUrl}${path}`))?.status()).toBeGreaterThanOrEqual(403);
      expect(await own.textContent('body')).not.toMatch(/infra|notes/);
    }
    const page = await pageOf('boss@example.com');
    await page.getByRole('link', { name: 'Everybody' }).click();
    expect(await page.getByRole('link', { name: 'emo' }).count()).toBe(1);
    expect(await page.textContent('body')).toContain('Health of the saves');
    await takePicture(page, 'administrator-everybody');
    await machine().output(['kill', '-KILL', String((await tmuxServerIn(machine(), 'emo')).pid)]);
    await isRecorded(machine(), 'emo', 'server-died', 'infra', 'notes', 'fresh');
    await page.getByRole('link', { name: 'emo' }).click();
    await page.getByText('Sessions of emo').waitFor();
    await page.getByRole('checkbox', { name: 'notes', exact: true }).waitFor({ timeout: untilRecordedMs });
    await page.getByRole('button', { name: 'Restore the ticked sessions' }).click();
    await page.getByText(/^Done: \d of \d sessions run\.$/).waitFor({ timeout: 60_000 });
    expect(await sessionsOf(machine(), 'emo')).toEqual(expect.arrayContaining(['infra', 'notes', 'fresh']));
  });

  test.each([
    ['emo@example.com', ''],
    ['boss@example.com', 'users'],
    ['boss@example.com', 'users/emo'],
    ['boss@example.com', 'no-such-page'],
  ])(
    'shows %s /%s so that a checker of accessibility finds nothing wrong, dark and light, wide and narrow',
    async (login, path) => {
      const page = await pageOf(login);
      await page.goto(`${pageUrl}${path}`);
      // The colours do not depend on the width, nor the layout on the colours.
      for (const [colorScheme, viewport] of [
        ['light', desk],
        ['dark', phone],
      ] as const) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(viewport);
        expect(await accessibilityProblems(page)).toEqual([]);
        expect(await isTooWide(page)).toBe(false);
        await takePicture(page, `${login.replace(/@.*/, '')}-${path.replace('/', '-')}-${colorScheme}`);
      }
    },
  );

  test('is used with the keyboard alone', async () => {
    await machine().output(['kill', '-KILL', String((await tmuxServerIn(machine(), 'emo')).pid)]);
    await isRecorded(machine(), 'emo', 'server-died', 'infra', 'notes', 'fresh');
    const page = await pageOf('emo@example.com');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent.trim()')).toBe('Skip to the sessions');
    await page.keyboard.press('Enter');
    for (let presses = 0; presses < 40; presses += 1) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate('document.activeElement.value')) === 'fresh') break;
    }
    await page.keyboard.press('Space');
    expect(await page.getByRole('checkbox', { name: 'fresh', exact: true }).isChecked()).toBe(false);
    await page.keyboard.press('Enter');
    await page.getByText(/^Done: \d of \d sessions run\.$/).waitFor({ timeout: 60_000 });
    expect(await sessionsOf(machine(), 'emo')).not.toContain('fresh');
  });

  test("is not needed by a lobby's own button, which is the example for one", async () => {
    await machine().output(['useradd', '--system', '--groups=tmux-restore', 'lobby']);
    const example = [`${repositoryInside}/examples/lobby-button.mjs`] as const;
    await machine().output([
      'systemd-run',
      '--quiet',
      '--unit=lobby',
      '--uid=lobby',
      '/usr/local/bin/node',
      ...example,
    ]);
    const listens = async () => (await machine().exec(['bash', '-c', ': </dev/tcp/127.0.0.1/8088'])).exitCode === 0;
    await waitFor(listens, 20_000, 'the lobby');
    const context = await browser.newContext({ extraHTTPHeaders: { 'X-Forwarded-User': 'emo@example.com' } });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto('http://127.0.0.1:8088/');
    await page.getByRole('checkbox', { name: 'fresh' }).check({ timeout: untilRecordedMs });
    await page.getByRole('button', { name: 'Bring back' }).click();
    await page.getByText('"event":"end","exitCode":0').waitFor({ timeout: 60_000 });
    expect(await sessionsOf(machine(), 'emo')).toContain('fresh');
  });

  async function open(user: string, ...names: readonly string[]): Promise<void> {
    for (const name of names) await machine().output(['tmux', 'new-session', '-d', '-s', name], { user });
  }

  function pageOf(login: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    return pageAs(browser, login, pageUrl, options);
  }
});

const roster = `users:
  emo: { authentik_user: emo@example.com }
  anca: { authentik_user: anca@example.com }
  boss: { authentik_user: boss@example.com, persist: { admin: true } }
persist:
  heal: off
`;
