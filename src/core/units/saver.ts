/** What saves without a person. */
export type Saver =
  | { readonly kind: 'timer'; readonly unit: string }
  /** The file, or whose crontab it is. */
  | { readonly kind: 'cron'; readonly place: string }
  | { readonly kind: 'watch' };

/** Names what saves, for a sentence. */
export function saverWords(saver: Saver): string {
  switch (saver.kind) {
    case 'timer':
      return saver.unit;
    case 'cron':
      return saver.place;
    case 'watch':
      return 'the watch';
  }
}

/** Whether a command line, as cron or a unit has it, runs a command of this program that records. */
export function runsSave(commandLine: string): boolean {
  return savingCommand.test(commandLine);
}

const savingCommand =
  /(?:^|[\s/'"=(])tmux-persist(?:\/dist\/bin\.js)?['"]?\s(?:[^;&|\n]*\s)?(?:save|apply|watch)(?![\w-])/;

/**
 * The command lines of a crontab that run again and again, with their users where the file names them (crontab(5)).
 * What runs once at boot is left out.
 */
export function cronCommands(crontab: string, form: 'of one user' | 'of the system'): readonly CronCommand[] {
  return crontab.split('\n').flatMap((text): readonly CronCommand[] => {
    const [, times, rest = ''] =
      /^\s*(@\w+|(?:[\d*?][^\s=]*|[a-z]{3}[^\s=]*)(?:\s+\S+){4})\s+(\S.*)$/i.exec(text) ?? [];
    if (times === undefined || times === '@reboot') return [];
    if (form === 'of one user') return [{ user: null, command: rest }];
    const [, user = '', command = ''] = /^(\S+)\s+(.*)$/.exec(rest) ?? [];
    return [{ user, command }];
  });
}

interface CronCommand {
  /** null in a crontab of one user. */
  readonly user: string | null;
  readonly command: string;
}
