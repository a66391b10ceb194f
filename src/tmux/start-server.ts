import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { startTmux, wentAway, complaintOf, type CallOptions } from './call-tmux.ts';
import { commandLine, commandText, decodeField, encodedField } from './tmux-text.ts';
import type { TmuxTarget } from './tmux-target.ts';

type ServerStart =
  | {
      readonly kind: 'started';
      /** Ids by name of the sessions that the configuration has made while the server started. */
      readonly sessions: ReadonlyMap<string, string>;
      /** Why the server does not live where it was to live; null when it does. */
      readonly misplaced: string | null;
    }
  /** Somebody else has started it since it was looked for. */
  | { readonly kind: 'runs-already' }
  | { readonly kind: 'failed'; readonly words: string };

const attempts = 5;
const pauseMs = 50;

/**
 * Starts an account's server, empty but for what its configuration makes. Nothing of what was recorded is on the command line:
 * everybody reads that, and systemd refuses some of it. The rest is for a running server.
 *
 * The server stays without a session until `settleStarted` has been given to it.
 */
export async function startServer(target: TmuxTarget, options: CallOptions): Promise<ServerStart> {
  const mark = randomBytes(8).toString('hex');
  const env = { [markVariable]: mark };
  for (let attempt = 1; ; attempt += 1) {
    const { result, misplaced } = await startTmux(target, commandLine(startingCommands), env, options);
    if (result.failure === null && result.exitCode !== 0) {
      // A server that is just dying still takes the call, and drops it: then it is made again.
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

/** A server has the environment of its first client for life: whose it is tells who has started it. */
const markVariable = 'TMUX_PERSIST_START';

/**
 * On a server that `startServer` has not started it does nothing, so that it may stand behind every creation. With
 * `exit-unattached on` the server would end before anybody can attach: it stays as it was started.
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

/** The second command fails on a server that somebody else has started, and tmux drops all that is behind it. */
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
