import { join } from 'node:path';
import { execPath } from 'node:process';
import type { Scene } from '../scene/scene.ts';
import type { Contestant } from './contestant.ts';

/** A build of tmux-persist, by the directory that holds its `bin.js`. */
export interface Build {
  readonly name: string;
  readonly directory: string;
}

/** One command of a build, upon a scene. */
export function tmuxPersist({ name, directory }: Build, { env }: Scene, ...args: readonly string[]): Contestant {
  return { name, argv: [execPath, join(directory, 'bin.js'), ...args], env };
}

/** What every program in JavaScript costs before it does anything. */
export function bareNode({ env }: Scene): Contestant {
  return { name: 'bare Node', argv: [execPath, '-e', '0'], env };
}
