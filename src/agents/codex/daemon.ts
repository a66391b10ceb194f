import { jsonFields } from '../json-fields.ts';
import type { UserFiles } from '../user-files.ts';
import { openRollouts, type OpenRollouts, type Rollout } from './rollouts.ts';

/** A terminal of Codex whose conversation the background server may hold. */
export interface Terminal {
  readonly directory: string | null;
  readonly startedAtMs: number;
}

/** A terminal begins a conversation while it starts: within 3 s on a busy host (0.169.0). */
const beginsWithinMs = 15_000;
/** The start of a process is known to a hundredth of a second, and the boot before it to a second. */
const inaccuracyMs = 2_000;

/**
 * The files that Codex's background server holds open; null when none runs for this home.
 *
 * From 0.169.0 on a terminal starts that server by itself. The server then writes the conversations of all terminals.
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
 * Matches the server's conversations to terminals. A conversation that began in the terminal's directory at its start
 * is the terminal's, when neither side has another candidate. No conversation that the terminal might show instead may
 * have begun there since.
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
