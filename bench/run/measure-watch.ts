import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process, { stderr } from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { readNewestValid } from '../../src/state/snapshot-store.ts';
import { readWatchState } from '../../src/state/watch-state.ts';
import { heartbeatPath, watchStatePath } from '../../src/state/state-paths.ts';
import type { Account } from '../../src/system/host/accounts.ts';
import { run } from '../../src/system/programs/exec.ts';
import type { Build } from '../contestants/tmux-persist.ts';
import { familyOf, memoryOf } from '../measure/peak-memory.ts';
import type { WatchFigures } from '../report/results.ts';
import { processesOf } from '../scene/scene-processes.ts';
import type { Scene } from '../scene/scene.ts';
import { tmuxAs, userEnvironment } from '../scene/start-sessions.ts';

const observedMs = 60_000;
const settledMs = 10_000;
const limitMs = 60_000;

/** Measures a watch of a whole scene: at rest, under busy panes, and how soon it records and brings back. */
export async function measureWatch(scene: Scene, build: Build, rounds: number): Promise<WatchFigures> {
  const { spec, users } = scene;
  const tell = (what: string): void => {
    stderr.write(`bench: ${spec.users} × ${spec.sessions}${spec.agents ? ' agents' : ' shells'}: the watch: ${what}\n`);
  };
  tell('first save');
  const log = openSync(join(scene.directory, 'watch.log'), 'a', 0o600);
  const argv = [join(build.directory, 'bin.js'), 'watch'];
  const watch = spawn(process.execPath, argv, { cwd: '/', env: { ...scene.env }, stdio: ['ignore', log, log] });
  const { pid = 0 } = watch;
  try {
    await until(() => isWatched(scene, pid), 'the first save');
    await delay(settledMs);
    tell('at rest');
    const idleShare = await shareOf(pid);
    const childrenAtRest = familyOf(pid).length - 1;
    const memoryMib = familyOf(pid).reduce((sum, one) => sum + memoryOf(one).residentKib, 0) / 1024;
    tell('new sessions');
    const newToRecordMs: number[] = [];
    for (const user of users.slice(0, rounds)) newToRecordMs.push(await recordOfNew(scene, user));
    tell('killed servers');
    const killToBackMs: number[] = [];
    for (const user of users.slice(0, rounds)) killToBackMs.push(await backAfterKill(user, spec.sessions + 1));
    const busyShare = spec.agents ? null : await whileBusy(users, () => shareOf(pid), tell);
    return { scene: spec, idleShare, busyShare, memoryMib, childrenAtRest, newToRecordMs, killToBackMs };
  } finally {
    watch.kill('SIGKILL');
  }
}

function isWatched({ stateDirectory, users }: Scene, pid: number): boolean {
  if (!existsSync(watchStatePath(stateDirectory)) || readWatchState(stateDirectory)?.pid !== pid) return false;
  return users.every(({ name }) => existsSync(heartbeatPath(stateDirectory, name)));
}

/** The part of one core that a process and its ended children take. */
async function shareOf(pid: number): Promise<number> {
  const [before, from] = [cpuMs(pid), performance.now()];
  await delay(observedMs);
  return (cpuMs(pid) - before) / (performance.now() - from);
}

/** proc(5): utime, stime, cutime and cstime, in hundredths of a second. */
function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * 10, 0);
}

async function recordOfNew({ stateDirectory }: Scene, user: Account): Promise<number> {
  const from = performance.now();
  await tmux(user, 'new-session', '-d', '-s', 'fresh');
  const isRecorded = (): boolean =>
    readNewestValid(stateDirectory, user.name).newest?.manifest.sessions.some(({ name }) => name === 'fresh') === true;
  await until(isRecorded, 'the record of a new session');
  return performance.now() - from;
}

async function backAfterKill(user: Account, sessions: number): Promise<number> {
  const server = processesOf(new Set([user.uid])).find(({ comm }) => comm === 'tmux: server');
  if (server === undefined) throw new Error(`${user.name} has no server`);
  const from = performance.now();
  process.kill(server.pid, 'SIGKILL');
  await until(async () => (await sessionCount(user)) === sessions, 'the sessions of a killed server');
  return performance.now() - from;
}

async function sessionCount(user: Account): Promise<number> {
  return (await tmux(user, 'list-sessions', '-F', '#{session_name}')).split('\n').length - 1;
}

async function tmux(user: Account, ...args: readonly string[]): Promise<string> {
  const env = userEnvironment(user);
  return (await run(tmuxAs(user, ...args), { timeoutMs: 30_000, env })).stdout;
}

/** Each pane writes five lines a second, without any process of its own. */
const chatter = 'while :; do echo chatter; read -rt 0.2; done';

async function whileBusy(
  users: readonly Account[],
  measure: () => Promise<number>,
  tell: (what: string) => void,
): Promise<number> {
  tell('busy panes');
  for (const user of users) {
    const names = (await tmux(user, 'list-sessions', '-F', '#{session_name}')).split('\n').slice(0, -1);
    for (const name of names) await tmux(user, 'send-keys', '-t', `=${name}:`, chatter, 'Enter');
  }
  await delay(settledMs);
  return measure();
}

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const from = performance.now();
  while (!(await condition())) {
    if (performance.now() - from > limitMs) throw new Error(`${what} did not come within ${limitMs / 1000} s`);
    await delay(20);
  }
}
