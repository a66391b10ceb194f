import { join } from 'node:path';
import type { Installation } from '../../systemd/installation.ts';

/** What an installation has on a host besides its prefix, wherever that is. */
export const hostPlaces = {
  configuration: '/etc/tmux-persist',
  exampleRoster: '/etc/tmux-persist/roster.example.yaml',
  state: '/var/lib/tmux-persist',
} as const;

/** A command that a service account may run as root through sudo. */
export interface SudoCommand {
  /** In a release. */
  readonly source: string;
  readonly program: string;
  /** Its name on the PATH. */
  readonly link: string;
}

/** sudo goes by the file: another file in the place of a link is not what the rule allows. */
export function sudoCommandsOf({
  program,
  commands,
}: Pick<Installation, 'program' | 'commands'>): readonly SudoCommand[] {
  return ['tmux-restore-user', 'tmux-persist-forget'].map((name) => ({
    source: join('sudo', name),
    program: join(program, 'bin', name),
    link: join(commands, name),
  }));
}

/** sudoers(5): sudo ignores a file with a dot in its name. */
export const sudoRulePath = '/etc/sudoers.d/tmux-persist';

/** The rule of an installation beside another one, such as a package, whose rule has the usual name. */
export const sudoRulePathBeside = '/etc/sudoers.d/tmux-persist-beside';

/** Its members may run these commands. */
export const restoreGroup = 'tmux-restore';

/** Serves the page, and asks root for everything by the first of these commands. */
export const webAccount = 'tmux-persist-web';
