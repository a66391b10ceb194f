import { lstatSync } from 'node:fs';
import { isPoisonVariable } from '../../agents/claude/poison-variables.ts';
import type { Finding } from '../../core/diagnostic.ts';
import type { Observation } from '../../core/observation.ts';
import type { Account } from '../../system/accounts.ts';
import { quietly } from '../../system/read-file.ts';
import { askServer } from '../../tmux/ask-server.ts';
import { callTmux, complaintOf } from '../../tmux/call-tmux.ts';
import { socketDirectoryOf } from '../../tmux/server-socket.ts';
import type { TmuxTarget } from '../../tmux/tmux-target.ts';
import type { Context } from '../context.ts';
import { targetFor } from '../observe/observe-users.ts';

const timeoutMs = 5_000;

/** Says when a live server can be asked only by running a tmux client as its user, because it speaks another protocol. */
export async function examineServerProtocol(context: Context, account: Account): Promise<readonly Finding[]> {
  const options = { timeoutMs, signal: context.signal };
  const answer = await askServer(targetFor(context, account), ['display-message', '-p', ''], options);
  if (answer.kind === 'answered') return [];
  const message = `its tmux server is asked by a tmux client that runs as ${account.name}: ${answer.what}`;
  return [{ severity: 'warning', subject: `user ${account.name}`, message, mend: null }];
}

/** Looks in a live server's global environment for what makes an agent take itself for the tool of another. */
export async function examineServerEnvironment(context: Context, account: Account): Promise<readonly Finding[]> {
  const target = targetFor(context, account);
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
  // $TMUX would lead to the server of whoever pastes this. The server may make any program of its client, so that one gets a
  // terminal of its own.
  const become = target.access === 'own' ? '' : `runuser --pty -u ${account.name} -- env -u TMUX -u TMUX_TMPDIR `;
  const socket = target.socketName === null ? '' : `-L ${target.socketName} `;
  return [{ severity: 'warning', subject, message, mend: `${become}tmux ${socket}${unset}` }];
}

/** A name is a word for a command line, or is left out: anyone may call variables of their server what they like. */
function poisonNamesIn(listing: string): readonly string[] {
  const names = listing.split('\n').flatMap((line) => /^(\w+)=/.exec(line)?.[1] ?? []);
  return [...new Set(names.filter(isPoisonVariable))].toSorted();
}

/**
 * The command that lets a user's tmux be observed again; null where none is known. The reason quotes whoever listens on the
 * user's socket: it is compared with what tmux would say about the user's own socket directory, and nothing is taken from it.
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
  // As its user: root would follow a link that is put there meanwhile.
  return `${target.access === 'own' ? '' : `runuser --pty -u ${name} -- `}chmod 700 ${directory}`;
}

/** `-T`: not into whatever somebody may have put there under that name. */
function moveAside(path: string): string {
  return `mv -T ${path} ${path}.old`;
}
