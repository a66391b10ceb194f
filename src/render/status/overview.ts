import type { Overview, UserOverview } from '../../core/report/overview.ts';
import { formatVersion } from '../text/json-text.ts';
import { printable } from '../text/printable.ts';

/** The JSON document of every user, and of the health of the saves. */
export function overviewDocument({ user, users, health }: Overview) {
  return {
    formatVersion,
    kind: 'overview' as const,
    user,
    users,
    health: health.map(({ severity, subject, message }) => ({ severity, text: `${subject}: ${message}` })),
  };
}

/** The same as rows, separated by tabs: user, live, lost, last save, problem of the saves. */
export function overviewRows({ users }: Overview): string {
  return users.map((one) => `${cellsOf(one).map(printable).join('\t')}\n`).join('');
}

function cellsOf({ user, live, lost, lastSavedAt, saveProblem }: UserOverview): readonly string[] {
  return [user, live === null ? '-' : String(live), String(lost), lastSavedAt ?? '-', saveProblem ?? '-'];
}
