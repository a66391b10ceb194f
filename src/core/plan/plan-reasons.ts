import type { Candidate } from './candidate.ts';
import type { Killer } from '../endings.ts';
import { killerReason } from '../kills/killers.ts';
import type { Cause } from '../manifest.ts';
import type { Selection } from './selection.ts';

/** Why a session does not come back now. */
export function reasonToHold({ cause, killer }: Candidate, selection: Selection): string {
  if (selection.sessions.length > 0 || selection.only !== null) return 'it was not selected';
  return cause === null
    ? 'only an older snapshot holds it'
    : `${lossReason(cause, killer)}; it comes back when it is named`;
}

/** Why a session comes back. */
export function reasonToCreate({ cause, killer, selected, snapshot }: Candidate, selection: Selection): string {
  const why = cause === null ? `only snapshot ${snapshot ?? ''} holds it` : lossReason(cause, killer);
  return selected ? asSelected(why, selection) : why;
}

/** Why something is done that is done only because it was selected. */
export function asSelected(why: string, { isSupposed }: Selection): string {
  return isSupposed ? why : `${why}; it was selected`;
}

/** What is said of what the same plan creates. */
export function comingWords({ isSupposed }: Selection): string {
  return isSupposed ? 'would come back' : 'comes back';
}

/** What is said of a session that comes back on the default server, because its own socket has no place any more. */
export function elsewhereWords(socket: string | null): string {
  return `the directory of its socket ${socket ?? ''} is gone, so it comes to the default server`;
}

function lossReason(cause: Cause, killer: Killer | null): string {
  if (killer === null) return causeWords[cause];
  switch (cause) {
    case 'killed':
      return `it was killed ${killerReason(killer)}`;
    case 'server-died':
      return `its tmux server was killed ${killerReason(killer)}`;
    case 'reboot':
    case 'server-stopped':
    case 'closed':
    case 'forgotten':
      return causeWords[cause];
  }
}

const causeWords: Readonly<Record<Cause, string>> = {
  reboot: 'the host rebooted',
  'server-died': 'its tmux server died',
  killed: 'it was killed for lack of memory',
  'server-stopped': 'its tmux server was stopped',
  closed: 'it was closed',
  forgotten: 'it was forgotten',
};
