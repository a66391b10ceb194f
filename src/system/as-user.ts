import { existsSync } from 'node:fs';

const usualPlaces = ['/usr/sbin/runuser', '/sbin/runuser', '/usr/bin/runuser'];

/**
 * The command that runs another one as a user, with the user's supplementary groups and the environment it is given.
 *
 * Named by its path: users' own PATH, and that of cron, has no sbin directories (Debian 12).
 */
export function asUser(user: string, argv: readonly string[]): readonly [string, ...string[]] {
  const runuser = usualPlaces.find((path) => existsSync(path)) ?? 'runuser';
  return [runuser, '-u', user, '--', ...argv];
}
