import { join } from 'node:path';
import { installDirectory } from '../../systemd/unit-files.ts';

/** Where the parts of a host's installation are, besides its units. */
export const hostPlaces = {
  program: installDirectory,
  /** What people type. Another installer may replace it, so that nothing of ours calls it. */
  command: '/usr/local/bin/tmux-persist',
  manuals: '/usr/local/share/man',
  configuration: '/etc/tmux-persist',
  exampleRoster: '/etc/tmux-persist/roster.example.yaml',
  state: '/var/lib/tmux-persist',
} as const;

/**
 * The commands that a service account may run as root through sudo, and their names on the PATH, which are links. sudo
 * goes by the file: another file in the place of a link is not what the rule allows.
 */
export const sudoCommands = ['tmux-restore-user', 'tmux-persist-forget'].map((name) => ({
  /** In a release. */
  source: join('sudo', name),
  program: join(installDirectory, 'bin', name),
  link: join('/usr/local/bin', name),
}));

/** sudoers(5): sudo ignores a file with a dot in its name. */
export const sudoRulePath = '/etc/sudoers.d/tmux-persist';

/** Its members may run these commands. */
export const restoreGroup = 'tmux-restore';

/** Serves the page, and asks root for everything by the first of these commands. */
export const webAccount = 'tmux-persist-web';
