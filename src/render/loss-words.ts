import type { ConversationEnd } from '../core/conversation.ts';
import type { Killer } from '../core/endings.ts';
import type { Cause } from '../core/manifest.ts';
import { briefKillerWords, killerWords } from './killer-words.ts';

/** The cause of a loss, short enough for a column; a time follows. */
export const causeWords: Readonly<Record<Cause, string>> = {
  reboot: 'host rebooted',
  'server-died': 'server died',
  killed: 'killed',
  'server-stopped': 'server stopped',
  closed: 'closed',
  forgotten: 'forgotten',
};

interface WordsOptions {
  /** When it happened, as it is shown; empty where the time is told elsewhere. */
  readonly time: string;
  /** Whether there is room for a figure and a name. */
  readonly brief?: boolean;
}

/** Why a session is gone, and who killed it or its server: `killed 14:02 by earlyoom`. */
export function lossWords(
  { cause, killer }: { readonly cause: Cause; readonly killer: Killer | null },
  { time, brief = false }: WordsOptions,
): string {
  if (killer === null || (cause !== 'killed' && cause !== 'server-died')) return timed(causeWords[cause], time);
  const what = cause === 'killed' ? 'killed' : 'server killed';
  return `${timed(what, time)} ${brief ? briefKillerWords(killer) : killerWords(killer)}`;
}

/** How a conversation ended: `ended 14:02`, `killed 14:02 by earlyoom`. */
export function endOfConversation(ended: ConversationEnd, { time, brief = false }: WordsOptions): string {
  if (ended.failedToStart === true) return timed('could not be started', time);
  if (!ended.killed) return timed('ended', time);
  return lossWords({ cause: 'killed', killer: ended.killer ?? null }, { time, brief });
}

/** The end of a server, for the header of its user: `died 14:02, killed by the kernel for memory`. */
export function serverLossWords(
  { cause, killer }: { readonly cause: ServerWideCause; readonly killer: Killer | null },
  time: string,
): string {
  const what = timed(serverVerbs[cause], time);
  if (killer === null) return what;
  return `${what}, killed ${killer.kind === 'host' ? 'by the kernel for memory' : killerWords(killer)}`;
}

/** The causes that end a server with all its sessions. */
export type ServerWideCause = 'reboot' | 'server-died' | 'server-stopped';

const serverVerbs: Readonly<Record<ServerWideCause, string>> = {
  reboot: 'host rebooted',
  'server-died': 'died',
  'server-stopped': 'stopped',
};

function timed(what: string, time: string): string {
  return time === '' ? what : `${what} ${time}`;
}
