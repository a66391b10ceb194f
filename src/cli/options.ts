/** One command line option: the parser reads it, `--help` explains it, and the README lists it. */
export interface Option {
  readonly name: string;
  readonly short: string | null;
  /** The placeholder for its value in help; null for a switch. */
  readonly value: string | null;
  readonly repeatable: boolean;
  /** The only value that a switch may have: `--json=lines`; null for none. */
  readonly word: string | null;
  readonly help: string;
}

function option(name: string, value: string | null, help: string, rest: Partial<Option> = {}): Option {
  return { name, short: null, value, repeatable: false, word: null, help, ...rest };
}

/** The ways to write an option, the short one first: `-u USER` is left to whoever knows `--user USER`. */
export function spellingsOf({ name, short, value, word }: Option): readonly string[] {
  const long = value === null ? `--${name}${word === null ? '' : `[=${word}]`}` : `--${name} ${value}`;
  return short === null ? [long] : [`-${short}`, long];
}

export const globalOptions: readonly Option[] = [
  option('roster', 'FILE', 'the list of users: YAML, JSON, or a ttyd-user-map (/etc/tmux-persist/roster.yaml)'),
  option('state-dir', 'DIR', 'where the records are kept (root: /var/lib/tmux-persist)'),
  option('socket-name', 'NAME', 'only this tmux server of every user, as in tmux -L'),
  option('quiet', null, 'say nothing on stderr but errors'),
  option('verbose', null, 'say more: list running sessions, too'),
  option('no-color', null, 'no colour, also on a terminal'),
  option('no-pager', null, 'write a long result straight to the terminal'),
  option('help', null, 'show help, for one command or for all', { short: 'h' }),
  option('version', null, 'show the version', { short: 'V' }),
];

export const userOption = option('user', 'USER', 'another way to name a user', { short: 'u', repeatable: true });
export const onlyUserOption = option('user', 'USER', 'only this user; repeatable', { short: 'u', repeatable: true });
export const heldOption = option('held', null, 'list also what stays away, each with its command');
export const sinceOption = option(
  'since',
  'WHEN',
  'a time, a day, or an age: 14:01, 2026-11-26, 2h, 3d (the beginning)',
);
export const jsonOption = option('json', null, 'print one JSON document on stdout');
export const progressOption = option('json', null, 'print JSON: one document, or with =lines each step as it happens', {
  word: 'lines',
});
export const loginOption = option('login', 'LOGIN', 'the user with this login in the roster, in the place of USER');
export const briefOption = option('brief', null, 'rows alone: id, live sessions, newest or -');
export const ifGoneOption = option('if-gone', null, 'a name alone; nothing to do when it runs, or is not known');
export const tsvOption = option('tsv', null, 'print name, directory, conversation id, with tabs');
export const strictOption = option('strict', null, 'treat warnings as errors');
export const exitCodeOption = option('exit-code', null, 'exit 3 when changes are pending');
export const noUnitsOption = option('no-units', null, "leave this program's own systemd units out");
export const lockTimeoutOption = option('lock-timeout', 'SECONDS', 'how long to wait for another run (30)');
export const messageOption = option('message', 'TEXT', 'the first prompt of each resumed conversation');

export const selectionOptions: readonly Option[] = [
  option('session', 'NAME', 'only this session: its name, or (the start of) a conversation id; repeatable', {
    repeatable: true,
  }),
  option('at', 'SNAPSHOT', 'what ran then: an id, its beginning, a time, or latest'),
  option('include', 'CAUSE,...', 'also sessions that are gone by these causes; repeatable', { repeatable: true }),
  option('all', null, 'every session that is gone, but the forgotten'),
];

export const leaveOption = option('leave', 'UNIT', 'from now on neither enable nor start this unit; repeatable', {
  repeatable: true,
});
export const formatOption = option('format', 'TEXT', 'for a status line: {live}, {lost}, {minutes}, {state} in TEXT');
export const healOption = option('heal', 'UNIT', 'the way back: enable it and start it, now and always; repeatable', {
  repeatable: true,
});

export const mendOption = option('mend', null, 'do what the plan says about units, and nothing about sessions');

/** `install --user`: a switch, where the option of that name has a value everywhere else. */
export const forOneselfOption = option('user', null, 'for yourself alone, without root');
export const prefixOption = option('prefix', 'DIR', 'the installation below DIR, on the host (/usr/local)');
export const purgeOption = option('purge', null, 'remove the records, too');
export const dryRunOption = option('dry-run', null, 'say what would be done, and do nothing');

/** The options of the page. */
export const webOptions: readonly Option[] = [
  option('listen', 'ADDRESS', '127.0.0.1:PORT, [::1]:PORT or unix:/PATH'),
  option('header', 'NAME', 'the header in which the proxy names the login (X-Forwarded-User)'),
  option('secret-file', 'FILE', 'what the proxy sends as X-Tmux-Persist-Secret'),
  option('origin', 'URL', 'where browsers find the page, with its path'),
  option('command', 'FILE', "root's command, or unix:/PATH of the socket at which it waits (tmux-restore-user)"),
  option('no-sudo', null, 'start that command without sudo'),
];
