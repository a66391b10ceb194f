import { boundedEndings, type Ending } from '../../core/endings.ts';
import { readEndings, writeEndings } from '../../state/endings.ts';
import { isReadError, StateWriteError } from '../../system/errors.ts';
import type { Context } from '../context.ts';

/** The endings that the watch has seen, kept for every later run, whoever makes it. */
export interface NotedEndings {
  /** Returns why it could not be kept on disk; null when it is. The watch itself knows it in any case. */
  readonly note: (context: Context, user: string, ending: Ending) => string | null;
}

export function notedEndings(): NotedEndings {
  const byUser = new Map<string, readonly Ending[]>();
  return {
    note: (context, user, ending) => {
      const account = context.accounts.get(user);
      if (account === undefined) return null;
      try {
        const before = byUser.get(user) ?? readEndings(context.stateDirectory, user, context.host);
        const endings = boundedEndings([...before, ending]);
        byUser.set(user, endings);
        writeEndings(context.stateDirectory, account, context.host, endings);
        return null;
      } catch (error) {
        if (!(error instanceof StateWriteError) && !isReadError(error)) throw error;
        return error.message;
      }
    },
  };
}
