import type { Roster } from '../core/roster.ts';

/** The derived `ttyd-user-map`: a line for each login, in roster order; users without a login have none. */
export function formatUserMap(roster: Roster): string {
  return roster.users
    .flatMap((user) =>
      user.logins.map((login) => `${login.name}=${user.name}${login.cwd === null ? '' : `:${login.cwd}`}\n`),
    )
    .join('');
}
