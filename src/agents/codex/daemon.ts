import { jsonFields } from '../claude/transcripts.ts';
import type { UserFiles } from '../user-files.ts';
import { openRollouts, type OpenRollouts, type Rollout } from './rollouts.ts';

/** A terminal of Codex whose conversation the background server may hold. */
export interface Terminal {
  readonly directory: string | null;
  readonly startedAtMs: number;
}

/** A conversation is begun while its terminal starts: within 3 s on a busy host (0.169.0). */
const beginsWithinMs = 15_000;
/** The start of a process is known to the hundredth of a second, the boot before it to the second. */
const inaccuracyMs = 2_000;

/**
 * What Codex's background server holds open; null when none runs for this home.
 *
 * From 0.169.0 on a terminal starts that server by itself, which then writes the conversations of all terminals.
 */
export function daemonRollouts(codexHome: string, files: UserFiles): OpenRollouts | null {
  const record = jsonFields(files.readStart(`${codexHome}/app-server-daemon/daemon.pid`, 16 * 1024) ?? '');
  const pid = record?.get('pid');
  const identity = record?.get('processIdentity');
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return null;
  const startTime = files.startTimeOf(pid);
  const told =
    typeof identity === 'object' && identity !== null && 'startTicks' in identity ? identity.startTicks : null;
  const isSame = startTime !== null && String(told) === startTime;
  return isSame ? openRollouts(pid, codexHome, files) : null;
}

/**
 * Which of the server's conversations belongs to which terminal: the one that was begun in its directory as it started,
 * when there is no other candidate on either side, and none was begun there since that might be the one on its screen.
 */
export function matchTerminals<One extends Terminal>(
  terminals: readonly One[],
  rollouts: readonly Rollout[],
): ReadonlyMap<One, Rollout> {
  const strays = rollouts.filter((rollout) => !terminals.some((terminal) => beganWith(terminal, rollout)));
  return new Map(
    terminals.flatMap((terminal): readonly (readonly [One, Rollout])[] => {
      const [near, ...others] = rollouts.filter((rollout) => beganWith(terminal, rollout));
      if (near === undefined || others.length > 0) return [];
      const isShared = terminals.some((other) => other !== terminal && beganWith(other, near));
      const isOutdated = strays.some((stray) => isIn(terminal, stray) && stray.begunAtMs > terminal.startedAtMs);
      return isShared || isOutdated ? [] : [[terminal, near]];
    }),
  );
}

function beganWith(terminal: Terminal, rollout: Rollout): boolean {
  const afterMs = rollout.begunAtMs - terminal.startedAtMs;
  return isIn(terminal, rollout) && afterMs >= -inaccuracyMs && afterMs <= beginsWithinMs;
}

function isIn(terminal: Terminal, rollout: Rollout): boolean {
  return terminal.directory !== null && terminal.directory === rollout.directory;
}
