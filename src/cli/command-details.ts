import { exitCodes } from './exit-codes.ts';

/** What help, the manual and the reference tell of a command beyond its line and its options. */
export interface CommandDetails {
  /** Paragraphs. What one types is in backquotes. */
  readonly notes: readonly string[];
  /** What its exit statuses tell a script. */
  readonly exits: readonly ExitMeaning[];
}

type ExitMeaning = readonly [status: number, meaning: string];

/** Throws TypeError for a command that nothing was written about. */
export function detailsOf(name: string): CommandDetails {
  const found = details.get(name);
  if (found === undefined) throw new TypeError(`nothing is written about the command ${name}`);
  return { ...found, exits: [[exitCodes.done, 'done'], ...found.exits] };
}

const refused: ExitMeaning = [exitCodes.refused, 'refused before anything was done; the message says why'];
const ended: ExitMeaning = [exitCodes.terminated, 'ended by SIGTERM, as systemd does; 130: by Ctrl-C'];
const unseen: ExitMeaning = [exitCodes.incomplete, 'what runs of this user could not be looked at'];
const notAllLookedAt: ExitMeaning = [
  exitCodes.incomplete,
  'somebody could not be looked at, or the roster has a mistake; the others are shown',
];
const locked: ExitMeaning = [exitCodes.locked, 'another run held the lock longer than --lock-timeout'];
const restoring: readonly ExitMeaning[] = [
  [exitCodes.failed, 'a session could not be started, or came back without its conversation'],
  refused,
  [exitCodes.incomplete, 'somebody could not be looked at, or a start was put off; the rest was done'],
  locked,
];

const withoutName = 'Without root, USER may be left out: then it is about yourself.';

const choiceNotes: readonly string[] = [
  'Without `--session`, `--at`, `--include` or `--all` only what a crash took comes back: causes reboot, server-died, killed. The other causes: server-stopped, closed, forgotten.',
];

/** By the name of the command; without the exit status of success. */
const details: ReadonlyMap<string, CommandDetails> = new Map([
  [
    'plan',
    {
      notes: [
        ...choiceNotes,
        'What stays away is one line for each user; `--held` lists it, each session with the command that brings it back.',
      ],
      exits: [refused, [exitCodes.pending, 'changes are pending, with --exit-code'], notAllLookedAt],
    },
  ],
  [
    'apply',
    {
      notes: [
        'It creates what is missing, and does not touch what runs. A second run changes nothing.',
        ...choiceNotes,
        '`--message TEXT` is the first prompt of each conversation that this run resumes, byte for byte, at most 4096 bytes. Claude Code, Codex, Gemini and pi take it; each may read a text that begins with `/` as one of its commands. opencode and Copilot do not take it, and Claude Code takes no single word in lower case, because that may be a subcommand. Then the conversation comes back without it, and a note says so. `ps` can show the text to other users.',
      ],
      exits: restoring,
    },
  ],
  [
    'save',
    {
      notes: ['It stores a snapshot only when something has changed.'],
      exits: [
        refused,
        [
          exitCodes.incomplete,
          "somebody could not be looked at or recorded, or the roster has a mistake; or a lock is held, and that user's last save is over 8 minutes old, because the holder hangs",
        ],
        locked,
      ],
    },
  ],
  [
    'restore',
    {
      notes: [
        'Like `apply`, and also the sessions of a server that was stopped in an orderly way; for one user also those in conflict, beside what took their name.',
      ],
      exits: restoring,
    },
  ],
  [
    'status',
    {
      notes: [
        'It keeps to 80 columns; `--verbose` has all of them.',
        '`--format` is for one user. It reads one small file, and asks no tmux: {live} sessions, {lost} ones, {minutes} since the last good save, and {state}: `ok`, `lost`, `old` (three saves were missed) or `never`. It is refused with `--json`.',
      ],
      exits: [[exitCodes.failed, 'the timer that saves is stopped'], refused, notAllLookedAt],
    },
  ],
  [
    'snapshots',
    {
      notes: [
        withoutName,
        'Each tells how many sessions are new, back or gone since the one before. Where stdout is not a terminal, it prints rows with tabs.',
      ],
      exits: [refused],
    },
  ],
  ['show', { notes: [withoutName], exits: [refused] }],
  [
    'diff',
    {
      notes: [
        withoutName,
        'A is the newest record when it is left out. Without B, A is compared with what runs now. The result is a unified diff.',
      ],
      exits: [refused, unseen],
    },
  ],
  [
    'history',
    {
      notes: [
        'Each event names the snapshot that shows it. Its id to the second is enough for `show`, `diff` and `--at`.',
      ],
      exits: [refused, [exitCodes.incomplete, 'the records of somebody could not be read; the others are shown']],
    },
  ],
  [
    'forget',
    {
      notes: [
        `${withoutName} The first word is a session then, unless a user has that name.`,
        'A lost session is marked, and its records stay: `tmux-persist apply USER --session NAME` brings it back.',
      ],
      exits: [refused, [exitCodes.incomplete, 'the mark could not be recorded'], locked],
    },
  ],
  [
    'roster',
    {
      notes: [
        '`check` tells every problem at once, each with its line and column. `map` prints the derived `ttyd-user-map`.',
      ],
      exits: [[exitCodes.refused, 'there is no roster, or it has an error; with --strict also: a warning']],
    },
  ],
  [
    'doctor',
    {
      notes: ['Each problem comes with the command that mends it.'],
      exits: [[exitCodes.failed, 'an error was found; with --strict also: a warning'], refused],
    },
  ],
  [
    'units',
    {
      notes: [
        'Without `--leave`, `apply` enables and starts again what somebody disabled or stopped. `--leave` changes nothing itself.',
      ],
      exits: [
        [exitCodes.failed, 'a unit could not be changed'],
        refused,
        [exitCodes.incomplete, 'systemd could not be asked'],
      ],
    },
  ],
  [
    'install',
    {
      notes: ['Without `--user` for the host, as root.'],
      exits: [[exitCodes.failed, 'a step did not succeed; the others were done'], refused],
    },
  ],
  [
    'uninstall',
    {
      notes: ['Without `--user` from the host, as root. Sessions live on.'],
      exits: [[exitCodes.refused, 'refused, or the units could not be removed, and then nothing else was']],
    },
  ],
  [
    'watch',
    {
      notes: ['It runs until a signal ends it, and writes a line for each event on stdout.'],
      exits: [refused, [exitCodes.locked, 'another watch keeps the same records'], ended],
    },
  ],
  [
    'web',
    {
      notes: [
        'It runs until a signal ends it. It needs `--listen`, or a socket from systemd. A port needs a secret.',
        '`--command` and `--no-sudo` are for tests and for other installations.',
      ],
      exits: [refused, ended],
    },
  ],
  ['completion', { notes: [], exits: [refused] }],
  [
    'demo',
    {
      notes: ['Its tmux server and its records are its own, and are removed at the end.'],
      exits: [
        [exitCodes.failed, 'not everything came back'],
        [exitCodes.refused, 'there is no tmux that it could use'],
      ],
    },
  ],
  ['help', { notes: [], exits: [[exitCodes.refused, 'there is no such command']] }],
  ['picker', { notes: [], exits: [refused, unseen] }],
  ['snapshot', { notes: [], exits: [refused, unseen] }],
  ['restore-selection', { notes: [], exits: restoring }],
  ['restore-one', { notes: [], exits: restoring }],
  ['overview', { notes: [], exits: [refused] }],
]);
