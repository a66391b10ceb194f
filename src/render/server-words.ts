import type { Candidate } from '../core/candidate.ts';
import type { Cause } from '../core/cause.ts';
import type { UserPlan } from '../core/plan.ts';
import { counted } from './counted.ts';
import { printable } from './printable.ts';

/** What looking at a user's tmux gave, for the header of that user's part of a plan. */
export function serverWords({ observation, candidates }: UserPlan, briefTime: (time: string) => string): string {
  switch (observation.kind) {
    case 'observed':
      return `tmux: ${counted(observation.sessions.length, 'session')}`;
    case 'unknown':
      return `tmux: unknown: ${printable(observation.reason)}`;
    case 'absent': {
      const loss = latestServerLoss(candidates);
      return loss === null ? 'tmux: no server' : `tmux: no server (${loss.cause} ${briefTime(loss.goneAt)})`;
    }
  }
}

interface ServerLoss {
  readonly cause: Cause;
  readonly goneAt: string;
}

/** How the server itself was lost, as far as the record tells; null when it does not. */
function latestServerLoss(candidates: readonly Candidate[]): ServerLoss | null {
  const losses = candidates.flatMap(({ cause, goneAt }) =>
    cause !== null && goneAt !== null && serverWide.has(cause) ? [{ cause, goneAt }] : [],
  );
  return losses.reduce<ServerLoss | null>(
    (latest, one) => (latest === null || one.goneAt > latest.goneAt ? one : latest),
    null,
  );
}

const serverWide: ReadonlySet<Cause> = new Set<Cause>(['reboot', 'server-died', 'server-stopped']);
