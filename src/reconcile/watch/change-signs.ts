import { changedOwners } from '../../core/terminals.ts';
import { findGone } from '../../process/is-alive.ts';
import { attemptRead } from '../../system/read-file.ts';
import { lookAtTerminals } from '../../system/terminals.ts';
import type { Context } from '../context.ts';
import type { WatchedProcesses } from './watched-processes.ts';

/** The signs by which the watch notices that something of a user has changed. */
export interface ChangeSigns {
  /** The users of whom a terminal came or went since the last call. */
  readonly usersWithChanges: (context: Context) => readonly string[];
  /** The users of whom a pane, an agent or a server has ended since their last save. */
  readonly usersWithEnds: () => readonly string[];
}
