import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { startTmux, wentAway, complaintOf, type CallOptions } from './call-tmux.ts';
import { commandLine, commandText, decodeField, encodedField } from './tmux-text.ts';
import type { TmuxTarget } from './tmux-target.ts';

type ServerStart =
  | {
      readonly kind: 'started';
      /** Ids by name of the sessions that the configuration made while the server started. */
      readonly sessions: ReadonlyMap<string, string>;
      /** Why the server does not live in its planned place; null when it does. */
      readonly misplaced: string | null;
    }
  /** Another process has started it since it was looked for. */
  | { readonly kind: 'runs-already' }
  | { readonly kind: 'failed'; readonly words: string };

const attempts = 5;
const pauseMs = 50;

/**
 * Starts an account's server with only the sessions that its configuration makes. No recorded text is on the command
 * line, because every user can read that, and systemd refuses some of it. The caller sends the rest to the running
 * server.
 *
 * The server stays without a session until it gets `settleStarted`.
 */
export async function startServer(target: TmuxTarget, options: CallOptions): Promise<ServerStart> {
  const mark = randomBytes(8).toString('hex');
  const env = { [markVariable]: mark };
  for (let attempt = 1; ; attempt += 1) {
    const { result, misplaced } = await startTmux(target, commandLine(startingCommands), env, options);
    if (result.failure === null && result.exitCode !== 0) {
      // A server that is just ending still accepts the call and drops it. So the call is repeated.
      if (wentAway(result.stderr) && attempt < attempts) {
        await delay(pauseMs);
        continue;
      }
      if (result.stderr.trim() === `unknown variable: ${markVariable}`) return { kind: 'runs-already' };
    }
    const complaint = complaintOf(result, options.timeoutMs);
    if (complaint !== null) return { kind: 'failed', words: complaint };
    const [told, ...rows] = result.stdout.split('\n').filter((row) => row !== '');
    if (told !== `${markVariable}=${mark}`) return { kind: 'runs-already' };
    return { kind: 'started', sessions: new Map(rows.flatMap(sessionIn)), misplaced };
  }
}

/** A server keeps the environment of its first client for life. So this variable tells who started it. */
const markVariable = 'TMUX_PERSIST_START';

/**
 * Restores `exit-empty` on a server that `startServer` has started. It does nothing on any other server, so it may
 * follow every creation. With `exit-unattached on` the option stays off, because the server would end before anybody
 * can attach.
 */
export const settleStarted: readonly string[] = [
  'if-shell',
  '-F',
  '#{&&:#{@tmux-persist-started},#{!=:#{exit-unattached},1}}',
  commandText([
    ['set-option', '-s', 'exit-empty', 'on'],
    ['set-option', '-s', '-u', '@tmux-persist-started'],
  ]),
];

/** The second command fails on a server that another process has started. tmux then drops all commands after it. */
const startingCommands: readonly (readonly string[])[] = [
  ['start-server'],
  ['show-environment', '-g', markVariable],
  ['set-environment', '-g', '-u', markVariable],
  [
    'if-shell',
    '-F',
    '#{exit-empty}',
    commandText([
      ['set-option', '-s', 'exit-empty', 'off'],
      ['set-option', '-s', '@tmux-persist-started', '1'],
    ]),
  ],
  ['list-sessions', '-F', `#{session_id}\t${encodedField('session_name')}`],
];

function sessionIn(row: string): readonly (readonly [string, string])[] {
  const [, id, name] = /^(\$\d+)\t(.+)$/.exec(row) ?? [];
  return id === undefined || name === undefined ? [] : [[decodeField(name), id]];
}
