import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ownCommand } from '../../core/own-command.ts';
import type { WatchLook, WatchStatus } from '../../core/report/watch-status.ts';
import { lifeOfWatch, readWatchState } from '../../state/watch-state.ts';
import { attemptRead, quietly } from '../../system/files/read-file.ts';
import { isSystemdRunning } from '../../systemd/systemctl.ts';
import { administratorUnits, installationOnHost } from '../../systemd/installation.ts';
import type { Context } from '../context.ts';

type WatchContext = Pick<Context, 'stateDirectory' | 'host' | 'invoker' | 'givenOptions' | 'now'>;

/** Whether the watch of these records runs, by what it tells of itself, and how to make it run. Reads only. */
export function lookAtWatch(context: WatchContext): WatchStatus {
  const look = readLook(context);
  const unit = unitCommand(context);
  return { ...look, isInstalled: unit !== null, command: commandFor(look, unit, context) };
}

/** The unit of the watch, on a host and for one account. */
const unitName = 'tmux-persist-watch.service';

function readLook({ stateDirectory, host, now }: WatchContext): WatchLook {
  const attempt = attemptRead(() => {
    const state = readWatchState(stateDirectory);
    if (state === null) return null;
    return { ...state, life: lifeOfWatch(state, { nowMs: now().getTime(), bootId: host.bootId }) };
  });
  if (attempt.kind === 'unreadable') return { kind: 'unknown', reason: attempt.reason };
  if (attempt.value === null) return { kind: 'never' };
  const { life, pid, since, lastSeenAt, lastSaveAt, kernelLogSince, endedAt } = attempt.value;
  switch (life) {
    case 'running':
      return { kind: life, pid, since, lastSaveAt, kernelLogSince };
    case 'silent':
      return { kind: life, pid, since, lastSeenAt };
    case 'ended':
      return { kind: life, lastSeenAt: endedAt ?? lastSeenAt };
  }
}

/** The words that address the unit; null where there is none. */
function unitCommand({ invoker }: WatchContext): readonly string[] | null {
  if (!isSystemdRunning()) return null;
  const { uid, home } = invoker.account;
  const directories = uid === 0 ? hostDirectories() : [join(home, '.config/systemd/user')];
  if (!directories.some((directory) => existsSync(join(directory, unitName)))) return null;
  return uid === 0 ? ['systemctl'] : ['systemctl', '--user'];
}

function hostDirectories(): readonly string[] {
  const installation = installationOnHost();
  return installation === null ? [administratorUnits] : [administratorUnits, installation.units.own];
}

function commandFor(look: WatchLook, unit: readonly string[] | null, context: WatchContext): string | null {
  if (look.kind === 'running' || look.kind === 'unknown' || !isOwn(context)) return null;
  if (unit !== null) return [...unit, look.kind === 'silent' ? 'restart' : 'start', unitName].join(' ');
  return look.kind === 'silent' ? null : ownCommand(context.givenOptions, 'watch');
}

/** Only who may write the records can watch them. */
function isOwn({ stateDirectory, invoker }: WatchContext): boolean {
  const stats = quietly(() => statSync(stateDirectory, { throwIfNoEntry: false })) ?? null;
  return stats === null || stats.uid === invoker.account.uid;
}
