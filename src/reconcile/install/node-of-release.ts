import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** The Node that will run an installed program. */
export interface InstalledNode {
  readonly path: string;
  /** `release`: it is copied with the program. `host`: it stays where it is. */
  readonly from: 'release' | 'host';
}

/** A self-contained release brings its Node along; any other one is run by the Node that runs it now. */
export function nodeOfRelease(source: string, program: string, runningNode: string): InstalledNode {
  if (existsSync(join(source, runtime))) return { path: join(program, runtime), from: 'release' };
  return { path: realpathSync(runningNode), from: 'host' };
}

/** In a release and in an installed program. */
const runtime = 'runtime/node';
