import { askThroughSocket } from '../system/sockets/ask-through-socket.ts';
import { toolEnvironment } from '../system/programs/exec.ts';
import { type FollowedProgram, type FollowOptions, followProgram } from '../system/programs/follow-program.ts';

/** How this process without rights reaches root's command. */
export type RootReach =
  /** The program and its first words, such as `sudo -n FILE`. */
  | { readonly kind: 'program'; readonly argv: readonly [string, ...string[]] }
  /** The socket at which systemd starts the command for each caller. */
  | { readonly kind: 'socket'; readonly path: string };

/** Starts root's command with these words. */
export function reachRoot(
  reach: RootReach,
  words: readonly string[],
  options: Omit<FollowOptions, 'env'>,
): FollowedProgram {
  switch (reach.kind) {
    case 'program':
      return followProgram([...reach.argv, ...words], { ...options, env: toolEnvironment });
    case 'socket':
      return askThroughSocket(reach.path, words, options);
  }
}
