import { saveOverdueMs, type Status, type UserStatus } from '../core/status.ts';
import { ageText } from './age-text.ts';
import { counted } from './counted.ts';
import { ownCommand } from '../core/own-command.ts';
import { optionWithValue } from '../core/shell-quote.ts';

/** What wants an administrator's attention about one user. */
export function statusNotes(
  user: UserStatus,
  { createdAt: now, givenOptions: given }: Pick<Status, 'createdAt' | 'givenOptions'>,
): readonly string[] {
  if (!user.inRoster) return ['not in the roster: kept, never acted on'];
  if (!user.hasAccount) return ['no account on this host: nothing is saved or restored'];
  if (user.parked) return ['parked: nothing is restored'];
  const { pending, conflict } = user.sessions;
  const whom = optionWithValue('--user', user.user);
  return [
    ...(user.observation?.kind === 'unknown'
      ? [`tmux is unknown: ${user.observation.reason ?? 'no reason given'}`]
      : []),
    ...lastSaveNotes(user, now),
    ...(pending > 0 ? [`${counted(pending, 'session')} to create: ${ownCommand(given, 'apply', whom)}`] : []),
    ...unidentifiedNotes(user, ownCommand(given, 'plan', '--verbose', whom)),
    ...(conflict > 0 ? [`${counted(conflict, 'session')} in conflict: ${ownCommand(given, 'plan', whom)}`] : []),
  ];
}

function unidentifiedNotes({ agents }: UserStatus, command: string): readonly string[] {
  const unidentified = agents?.unidentified ?? 0;
  if (unidentified === 0) return [];
  return [`${counted(unidentified, 'agent')} of unknown conversation: ${command}`];
}

function lastSaveNotes({ observation, lastGood, lastResult }: UserStatus, now: string): readonly string[] {
  const failed = lastResult !== null && lastResult.result !== 'saved' && lastResult.result !== 'unchanged';
  const reason = lastResult?.reason ?? lastResult?.result;
  const words =
    reason === observation?.reason
      ? 'the last save did not succeed, either'
      : `the last save did not succeed: ${reason}`;
  const why = failed ? [words] : [];
  if (lastGood === null) return [...why, 'no good save yet'];
  const isStale = Date.parse(now) - Date.parse(lastGood.time) > saveOverdueMs;
  return isStale ? [...why, `the last good save was ${ageText(lastGood.time, now)}`] : why;
}
