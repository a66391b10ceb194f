import { type Pane, panesOf } from '../../core/manifest.ts';
import type { Policy } from '../../core/roster.ts';
import { safeScreen, withoutOwnWords } from '../../core/screen-text.ts';
import { screenKey } from '../../state/screen-key.ts';
import { handOver, readScreen } from '../../state/scrollback-store.ts';
import type { Account } from '../../system/host/accounts.ts';
import { quietly } from '../../system/files/read-file.ts';
import type { Context } from '../context.ts';
import type { CreatingAction } from './session-build.ts';

/** The files that hold what each new pane shows above its prompt, where something was kept and is still wanted. */
export function shownScreens(
  { stateDirectory }: Context,
  account: Account,
  { scrollbackLines }: Policy,
  actions: readonly CreatingAction[],
): ReadonlyMap<Pane, string> {
  if (scrollbackLines === null) return new Map();
  return new Map(
    actions.flatMap((action) =>
      panesOf(action).flatMap((pane): readonly (readonly [Pane, string])[] => {
        const key = screenKey(action.candidate.session, pane);
        // Without its screen, a session is still a session.
        const text = key === null ? null : quietly(() => readScreen(stateDirectory, account.name, key));
        const path =
          text === null || text === ''
            ? null
            : quietly(() => handOver(stateDirectory, account, safeScreen(withoutOwnWords(text))));
        return path === null ? [] : [[pane, path]];
      }),
    ),
  );
}
