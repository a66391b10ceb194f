import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Scene } from './scene.ts';

interface SceneProcess {
  readonly pid: number;
  readonly comm: string;
}

/** The processes of some users; zombies are none. */
export function processesOf(uids: ReadonlySet<number>): readonly SceneProcess[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const owner = statSync(`/proc/${name}`, { throwIfNoEntry: false })?.uid;
    if (owner === undefined || !uids.has(owner)) return [];
    const status = orNull(() => readFileSync(`/proc/${name}/status`, 'utf8'));
    if (status === null || /^State:\s+Z/m.test(status)) return [];
    return [{ pid: Number(name), comm: /^Name:\t(.*)$/m.exec(status)?.[1] ?? '' }];
  });
}

const limitMs = 60_000;

/** Kills all that the users of a scene run, as an OOM kill does: the sockets stay. Only the last agents' records stay, too. */
export async function killEverything(scene: Scene): Promise<void> {
  const uids = new Set(scene.users.map(({ uid }) => uid));
  for (const { home } of scene.users) removeRecordsOfTheDead(join(home, '.claude/sessions'));
  const started = performance.now();
  for (;;) {
    const running = processesOf(uids);
    if (running.length === 0) return;
    for (const { pid } of running) orNull(() => process.kill(pid, 'SIGKILL'));
    if (performance.now() - started > limitMs) throw new Error(`${running.length} processes of the scene do not die`);
    await delay(20);
  }
}

/** A starting Claude Code clears up after those before it. */
function removeRecordsOfTheDead(directory: string): void {
  for (const name of readdirSync(directory)) {
    const pid = Number.parseInt(name, 10);
    if (statSync(`/proc/${pid}`, { throwIfNoEntry: false }) === undefined) rmSync(join(directory, name));
  }
}

function orNull<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}
