import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { source as axeSource } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import type { Machine } from './machine.ts';

/** Where the pictures of a run are, for people to look at. */
export const pictures = join(import.meta.dirname, '../../../pictures');

/** Starts this host's Chromium with the network of the machine, so that `127.0.0.1` is the machine's. */
export async function startBrowser(machine: Machine): Promise<Browser> {
  const directory = mkdtempSync(join(tmpdir(), 'tmux-persist-browser-'));
  const executablePath = join(directory, 'chromium');
  writeFileSync(executablePath, `#!/bin/sh\nexec nsenter --net='${machine.networkNamespace()}' -- chromium "$@"\n`);
  chmodSync(executablePath, 0o755);
  // Chromium refuses its own sandbox to root, and containers have little room in /dev/shm.
  const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];
  const browser = await chromium.launch({ executablePath, args, timeout: 60_000 });
  browser.on('disconnected', () => rmSync(directory, { recursive: true, force: true }));
  return browser;
}

/** A picture of the page, named for its state. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (process.env['TMUX_PERSIST_PICTURES'] === undefined) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}

/** What a checker of accessibility finds wrong with the page, each as `rule: elements`. */
export async function accessibilityProblems(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const found: unknown = await page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`))',
  );
  return Array.isArray(found) ? found.map(String) : ['the checker said nothing'];
}

/** Whether the page can be scrolled sideways. */
export async function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate<boolean>('document.documentElement.scrollWidth > document.documentElement.clientWidth');
}

/** The page at this address as somebody sees it who is logged in, until the running test ends. */
export async function pageAs(
  browser: Browser,
  login: string,
  url: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Page> {
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  // stand-in-outpost.mjs reads it.
  await context.addCookies([{ name: 'login', value: encodeURIComponent(login), url }]);
  const page = await context.newPage();
  await page.goto(url);
  return page;
}
