import { lstatSync } from 'node:fs';
import { isPoisonVariable } from '../../agents/claude/poison-variables.ts';
import type { Finding } from '../../core/diagnostic.ts';
import type { Observation } from '../../core/observation.ts';
import { shellQuote } from '../../core/own-command.ts';
import type { Account } from '../../system/host/accounts.ts';
import { quietly } from '../../system/files/read-file.ts';
import { askServer } from '../../tmux/ask-server.ts';
import { callTmux, complaintOf } from '../../tmux/call-tmux.ts';
import { socketDirectoryOf } from '../../tmux/server-socket.ts';
import { socketWords, type TmuxTarget } from '../../tmux/tmux-target.ts';
import type { Context } from '../context.ts';
import { targetFor } from '../observe/observe-users.ts';

const timeoutMs = 5_000;

/** Reports a live server with another protocol: such a server answers only a tmux client that runs as its user. */
export async function examineServerProtocol(
  context: Context,
  account: Account,
  socket: string | null,
): Promise<readonly Finding[]> {
  const options = { timeoutMs, signal: context.signal };
  const answer = await askServer(targetFor(context, account, socket), ['display-message', '-p', ''], options);
  if (answer.kind === 'answered') return [];
  const message = `its tmux server is asked by a tmux client that runs as ${account.name}: ${answer.what}`;
  return [{ severity: 'warning', subject: `user ${account.name}`, message, mend: null }];
}

/** Checks a live server's global environment for variables that make an agent believe that another agent started it. */
export async function examineServerEnvironment(
  context: Context,
  account: Account,
  socket: string | null,
): Promise<readonly Finding[]> {
  const target = targetFor(context, account, socket);
  const subject = `user ${account.name}`;
  const options = { timeoutMs, signal: context.signal };
  const result = await callTmux(target, ['show-environment', '-g'], options);
  const complaint = complaintOf(result, timeoutMs);
  if (complaint !== null) {
    const message = `the environment of the tmux server was not looked at: ${complaint}`;
    return [{ severity: 'warning', subject, message, mend: null }];
  }
  const names = poisonNamesIn(result.stdout);
  if (names.length === 0) return [];
  const message = `the tmux server gives every new pane ${names.join(', ')}, so claude there keeps no record of its conversation`;
  const unset = names.map((name) => `set-environment -gu ${name}`).join(String.raw` \; `);
  // With $TMUX the client would go to the server of the user who pastes this. A server may turn its client into any
  // program, so the client gets a terminal of its own.
  const become = target.access === 'own' ? '' : `runuser --pty -u ${account.name} -- env -u TMUX -u TMUX_TMPDIR `;
  const words = socketWords(target).map((word) => `${shellQuote(word)} `);
  return [{ severity: 'warning', subject, message, mend: `${become}tmux ${words.join('')}${unset}` }];
}

/** Keeps only names that are safe on a command line, because a user can give variables of their server any name. */
function poisonNamesIn(listing: string): readonly string[] {
  const names = listing.split('\n').flatMap((line) => /^(\w+)=/.exec(line)?.[1] ?? []);
  return [...new Set(names.filter(isPoisonVariable))].toSorted();
}

/**
 * The command that makes a user's tmux observable again; null when none is known. The reason quotes the process that
 * listens on the user's socket. So it is only compared with tmux's words about the user's own socket directory, and
 * nothing is copied from it.
 */
export function mendUnknownTmux(
  { reason, mend }: Extract<Observation, { kind: 'unknown' }>,
  target: TmuxTarget,
): string | null {
  if (mend !== undefined) return mend;
  const { name, uid } = target.account;
  const directory = socketDirectoryOf(target);
  if (!/^[\w./-]+$/.test(directory)) return null;
  if (reason === `${directory} is not a directory`) return moveAside(directory);
  const owner = quietly(() => lstatSync(directory).uid);
  if (owner !== null && owner !== uid) return moveAside(directory);
  if (reason !== `directory ${directory} has unsafe permissions`) return null;
  // It runs as the user, because root would follow a link that somebody puts there meanwhile.
  return `${target.access === 'own' ? '' : `runuser --pty -u ${name} -- `}chmod 700 ${directory}`;
}

/** `-T` keeps mv from moving the file into a directory that somebody put there under that name. */
function moveAside(path: string): string {
  return `mv -T ${path} ${path}.old`;
}
