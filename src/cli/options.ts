/** One command line option: the parser reads it, `--help` explains it, and the README lists it. */
export interface Option {
  readonly name: string;
  readonly short: string | null;
  /** The placeholder for its value in help; null for a switch. */
  readonly value: string | null;
  readonly repeatable: boolean;
  readonly help: string;
}

function option(name: string, value: string | null, help: string, rest: Partial<Option> = {}): Option {
  return { name, short: null, value, repeatable: false, help, ...rest };
}

export const globalOptions: readonly Option[] = [
  option('roster', 'FILE', 'the list of users: YAML or JSON by its ending, else a ttyd-user-map'),
  option('state-dir', 'DIR', 'where the records are kept'),
  option('socket-name', 'NAME', "the name of every user's tmux socket, as in tmux -L"),
  option('quiet', null, 'say nothing on stderr but errors'),
  option('verbose', null, 'say more: list running sessions, too'),
  option('no-color', null, 'no colour, also on a terminal'),
  option('help', null, 'show help, for one command or for all', { short: 'h' }),
  option('version', null, 'show the version', { short: 'V' }),
];

export const userOption = option('user', 'U', 'only this user; may be given several times', { repeatable: true });
export const jsonOption = option('json', null, 'print one JSON document on stdout');
export const tsvOption = option('tsv', null, 'print name, directory and conversation id, separated by tabs');
export const strictOption = option('strict', null, 'treat warnings as errors');
export const exitCodeOption = option('exit-code', null, 'exit 3 when changes are pending');
export const noUnitsOption = option('no-units', null, "leave this program's own systemd units out");
export const lockTimeoutOption = option('lock-timeout', 'SECONDS', 'how long to wait for another run (default 30)');
export const messageOption = option(
  'message',
  'TEXT',
  'the first prompt of each conversation that is resumed, byte for byte: at most 4096 bytes',
);

export const selectionOptions: readonly Option[] = [
  option(
    'session',
    'NAME',
    'only this session: its exact name, a conversation id, or 8 or more leading characters of one',
    {
      repeatable: true,
    },
  ),
  option('at', 'SNAPSHOT', 'what this snapshot holds as live: its id, the beginning of one, or latest'),
  option('include', 'CAUSE[,CAUSE]', 'also sessions that are gone by these causes', { repeatable: true }),
  option('all', null, 'every session that is gone, but the forgotten'),
];
