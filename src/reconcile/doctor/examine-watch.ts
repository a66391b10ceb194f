import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { Finding } from '../../core/diagnostic.ts';
import type { WatchStatus } from '../../core/report/watch-status.ts';
import { quietly, readBounded } from '../../system/files/read-file.ts';
import type { Context } from '../context.ts';

/** Checks whether the watch runs, and knows all that it can. Without it nothing breaks, so nothing here is an error. */
export function examineWatch(context: Context, watch: WatchStatus, isLeftAlone: boolean): readonly Finding[] {
  switch (watch.kind) {
    case 'running':
      return [running(watch), ...withoutKernelLog(watch, context), ...olderProgram(watch, context)];
    case 'silent':
      return [warning(`process ${watch.pid} lives, and has told nothing since ${watch.lastSeenAt}`, watch.command)];
    case 'ended':
      return [absent(`has not run since ${watch.lastSeenAt}`, watch, isLeftAlone)];
    case 'never':
      return [absent('does not run', watch, isLeftAlone)];
    case 'unknown':
      return [warning(`is not known to run: ${watch.reason}`, null)];
  }
}

const subject = 'watch';

type Running = Extract<WatchStatus, { readonly kind: 'running' }>;

function running({ pid, since, lastSaveAt }: Running): Finding {
  const saved = lastSaveAt === null ? '' : `, last save ${lastSaveAt}`;
  return { severity: 'ok', subject, message: `runs as process ${pid} since ${since}${saved}`, mend: null };
}

/** Only where somebody installed the watch, and did not leave its unit alone, does anybody count on it. */
function absent(state: string, { isInstalled, command }: WatchStatus, isLeftAlone: boolean): Finding {
  if (isLeftAlone) return { severity: 'ok', subject, message: `${state}; its unit is left alone`, mend: null };
  if (!isInstalled) {
    const how = command === null ? '' : `: ${command}`;
    return { severity: 'ok', subject, message: `${state}; it would record at once, and heal${how}`, mend: null };
  }
  const coarser = 'sessions younger than five minutes are lost, causes are less exact, and nothing heals by itself';
  return warning(`${state}: ${coarser}`, command);
}

/** For one person without root this is usual: the kernel shows its log to root alone. */
function withoutKernelLog({ kernelLogSince }: Running, { invoker }: Context): readonly Finding[] {
  if (kernelLogSince !== null) {
    return [{ severity: 'ok', subject, message: `has followed the kernel log since ${kernelLogSince}`, mend: null }];
  }
  const message =
    'does not follow the kernel log, so the kernel kills a session without a name, and a counter tells for all';
  return invoker.account.uid === 0 ? [warning(message, null)] : [{ severity: 'ok', subject, message, mend: null }];
}

/** An installation replaces the program on disk, and not in a process that runs. */
function olderProgram({ pid, since, isInstalled }: Running, { invoker }: Context): readonly Finding[] {
  const program = programOf(pid);
  const stats = program === null ? null : (quietly(() => statSync(program)) ?? null);
  // npm sets the time of the content to a date in 1985. The time of the change is always that of the installation.
  if (program === null || stats === null || stats.ctimeMs <= Date.parse(since)) return [];
  const systemctl = invoker.account.uid === 0 ? 'systemctl' : 'systemctl --user';
  const mend = isInstalled ? `${systemctl} restart tmux-persist-watch.service` : null;
  return [warning(`runs an older program than ${program}, which is newer than its start`, mend)];
}

/** The file that Node runs in a process; null when the arguments do not tell, or are not shown to this reader. */
function programOf(pid: number): string | null {
  const [, script = ''] = (readBounded(`/proc/${pid}/cmdline`, maxArgumentBytes) ?? '').split('\0');
  return isAbsolute(script) ? script : null;
}

const maxArgumentBytes = 64 * 1024;

function warning(message: string, mend: string | null): Finding {
  return { severity: 'warning', subject, message, mend };
}
