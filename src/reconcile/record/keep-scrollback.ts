import { createHash } from 'node:crypto';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { groupBy } from '../../core/group-by.ts';
import { type Manifest, panesOf } from '../../core/manifest.ts';
import { safeScreen } from '../../core/screen-text.ts';
import { screenKey } from '../../state/screen-key.ts';
import {
  keepScreen,
  listScreens,
  maxScrollbackBytes,
  pruneScreens,
  removeHandedOver,
} from '../../state/scrollback-store.ts';
import type { Account } from '../../system/host/accounts.ts';
import { isReadError, isSystemError, StateWriteError } from '../../system/errors.ts';
import { captureScreen, listScreenMarks, type ScreenMark } from '../../tmux/capture-screens.ts';
import type { Context } from '../context.ts';
import type { Assessment } from '../observe/assess-users.ts';
import { targetFor } from '../observe/observe-users.ts';

/** The limit for one user in one save. What is left waits for the next save. */
const budgetMs = 10_000;

/**
 * Keeps the content of the panes of a user that have changed, where the roster wants it, and removes what is wanted no
 * more. It never fails a save, but returns a warning. The caller must hold the user's lock.
 */
export async function keepScrollback(context: Context, assessment: Assessment): Promise<readonly Diagnostic[]> {
  const { account, observation, manifest, rosterUser } = assessment;
  if (account === null || observation.kind === 'unknown' || manifest === null) return [];
  const lines = rosterUser.policy.scrollbackLines;
  try {
    removeHandedOver(context.stateDirectory, account.name, context.now().getTime());
    if (lines !== null) await keepChanged(context, account, manifest, lines);
    pruneScreens(context.stateDirectory, account.name, new Set(lines === null ? [] : keysOf(manifest)));
    return [];
  } catch (error) {
    if (!(error instanceof StateWriteError || isReadError(error) || (error instanceof Error && isSystemError(error)))) {
      throw error;
    }
    const message = `its scrollback is not kept: ${error.message}`;
    return [{ severity: 'warning', code: 'scrollback-not-kept', user: account.name, message }];
  }
}

async function keepChanged(context: Context, account: Account, manifest: Manifest, lines: number): Promise<void> {
  const { stateDirectory, signal } = context;
  const options = { timeoutMs: 2_000, deadlineMs: performance.now() + budgetMs, signal };
  const kept = new Set(listScreens(stateDirectory, account.name).map(({ pane, mark }) => `${pane} ${mark}`));
  // Each pane has the same room. Otherwise those that found none would be taken again at each save.
  const share = Math.floor(maxScrollbackBytes / Math.max(1, keysOf(manifest).length));
  const live = manifest.sessions.filter(({ state }) => state === 'live');
  for (const [socket, entries] of groupBy(live, (entry) => entry.socket)) {
    const target = targetFor(context, account, socket);
    const marks = new Map((await listScreenMarks(target, options))?.map((one) => [one.paneId, one]));
    for (const { entry, pane } of entries.flatMap((one) => panesOf(one).map((own) => ({ entry: one, pane: own })))) {
      const found = pane.tmuxId === null ? undefined : marks.get(pane.tmuxId);
      const key = screenKey(entry, pane);
      if (found === undefined || key === null || performance.now() > options.deadlineMs) continue;
      const mark = markOf(found, lines, context.now());
      if (kept.has(`${key} ${mark}`) && mark !== unsettled) continue;
      const captured = await captureScreen(target, found, lines, options);
      if (captured !== null) {
        keepScreen(stateDirectory, account, { pane: key, mark, text: safeScreen(captured) }, share);
      }
    }
  }
}

/** A pane that changes in the second of the look may change again in it, and would have the same mark. */
const unsettled = '0';

function markOf({ mark, changedAt }: ScreenMark, lines: number, now: Date): string {
  if (changedAt >= Math.floor(now.getTime() / 1000) - 1) return unsettled;
  return createHash('sha256').update(`${mark} ${lines}`).digest('hex').slice(0, 32);
}

function keysOf(manifest: Manifest): readonly string[] {
  return manifest.sessions.flatMap((entry) => panesOf(entry).flatMap((pane) => screenKey(entry, pane) ?? []));
}
