import type { UserHistory } from './history.ts';
import { formatVersion } from './json-text.ts';

/** The JSON document of what happened to the sessions of some users, oldest first. */
export function historyDocument(histories: readonly UserHistory[]) {
  return {
    formatVersion,
    kind: 'history' as const,
    users: histories.map(({ user, events }) => ({ user, events })),
  };
}
