import { exitCodes } from '../exit-codes.ts';

/** What holds for many commands: a section of the manual and of the reference. What one types is in backquotes. */
export interface Topic {
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly entries: readonly (readonly [term: string, meaning: string])[];
  /** What has to be known after the entries. */
  readonly remarks: readonly string[];
}

/** In the order of reading. */
export const topics: readonly Topic[] = [
  {
    title: 'Naming a user',
    paragraphs: [
      'Without a name, root means everybody in the roster, and a person means oneself. The tmux of another user needs root; your own needs nothing.',
      '`--user USER`, or `-u USER`, is another way to name a user, in every command that takes one. What web terminals call also takes `--login LOGIN`: whom that login of the roster means.',
    ],
    entries: [],
    remarks: [],
  },
  {
    title: 'Choosing sessions',
    paragraphs: ['For `plan` and `apply`. Together, `--session` and `--at` mean the named sessions of that snapshot.'],
    entries: [
      [
        '--session NAME',
        "Only this session; may be repeated. NAME is its exact name, a conversation's id, or 8 or more of the first characters of one. It must mean exactly one session. Otherwise nothing is done, and the exit status is 2. Older snapshots are searched, too. A name that begins with a dash: `--session=-x`.",
      ],
      ['--at SNAPSHOT', 'The sessions that ran in this snapshot.'],
      ['--include CAUSE,...', 'Also the sessions that are gone for these causes; may be repeated.'],
      ['--all', 'Everything that is gone, except forgotten sessions.'],
    ],
    remarks: [],
  },
  {
    title: 'Naming a snapshot',
    paragraphs: [
      "By its id, by the beginning of exactly one id, by `latest`, or by a time (`14:01`, `'2026-11-26 23:50'`, `2h`), which means the newest snapshot at or before it. `tmux-persist snapshots USER` lists the ids.",
    ],
    entries: [],
    remarks: [],
  },
  {
    title: 'Output',
    paragraphs: [
      'stdout has the result, stderr everything else. Progress appears only on a terminal.',
      'On a terminal, `plan`, `status`, `history`, `snapshots`, `show` and `diff` are shown in a pager, as git does it: `TMUX_PERSIST_PAGER`, else `PAGER`, else `less` for what is longer than the screen, with `LESS=FRX` unless you set `LESS`. An empty variable, `cat` and `--no-pager` mean none. By sudo it is always `less`, which then starts no other program.',
    ],
    entries: [],
    remarks: [],
  },
  {
    title: 'Exit status',
    paragraphs: [],
    entries: [
      [`${exitCodes.done}`, 'Done, nothing wrong.'],
      [
        `${exitCodes.failed}`,
        'At least one action failed, or a session came back without its conversation; or an internal error. `doctor`: an error was found. `status`: the timer that saves is stopped.',
      ],
      [
        `${exitCodes.refused}`,
        'Refused before anything was done: a wrong word, an unknown user, a roster that cannot be used, no permission.',
      ],
      [`${exitCodes.pending}`, 'Changes are pending, with `plan --exit-code`.'],
      [
        `${exitCodes.incomplete}`,
        'Incomplete: somebody could not be looked at or recorded, a start was put off, or the roster has a mistake. The rest was done.',
      ],
      [`${exitCodes.locked}`, 'Another run held the lock longer than `--lock-timeout`.'],
      [`${exitCodes.interrupted}, ${exitCodes.terminated}`, 'Interrupted, terminated. Nothing is half-written.'],
    ],
    remarks: [
      'systemd prints names of its own for some of them: `2/INVALIDARGUMENT`, `3/NOTIMPLEMENTED`, `4/NOPERMISSION`, `5/NOTINSTALLED`. Here they mean what this list says; `status` and `doctor` say it of a unit that has failed.',
      'If two apply, 1 comes before 5 before 4 before 3; from `save`, 4 comes before 5.',
    ],
  },
  {
    title: 'Environment',
    paragraphs: [],
    entries: [
      ['TMUX_PERSIST_ROSTER', 'As `--roster`, which beats it.'],
      ['TMUX_PERSIST_STATE_DIR', 'As `--state-dir`, which beats it.'],
      ['TMUX_PERSIST_SOCKET_NAME', 'As `--socket-name`, which beats it.'],
      ['TMUX_PERSIST_PAGER, PAGER', 'What shows a long result on a terminal; empty for nothing.'],
      ['NO_COLOR', 'No colour, where it is not empty.'],
    ],
    remarks: [],
  },
  {
    title: 'Files',
    paragraphs: [],
    entries: [
      ['/etc/tmux-persist/roster.yaml', 'The roster of the host.'],
      [
        '/etc/ttyd-user-map',
        'The roster, where there is no other. Without either it is about the invoking user alone.',
      ],
      ['/etc/tmux-persist/persist.yaml', 'Settings for the users of a user map.'],
      ['/var/lib/tmux-persist', 'The records of root.'],
      ['~/.local/state/tmux-persist', "A person's own records, or in `$XDG_STATE_HOME/tmux-persist`."],
    ],
    remarks: [],
  },
];
