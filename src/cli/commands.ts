import type { Invocation } from './invocation.ts';
import {
  exitCodeOption,
  healOption,
  heldOption,
  jsonOption,
  leaveOption,
  lockTimeoutOption,
  messageOption,
  noUnitsOption,
  type Option,
  selectionOptions,
  sinceOption,
  strictOption,
  tsvOption,
  userOption,
} from './options.ts';

/** Every command, in the order of help. */
export const commands: readonly Command[] = [
  {
    name: 'plan',
    summary: 'show what apply would do; changes nothing',
    positionals: '[USER]...',
    positionalCount: { min: 0, max: Number.POSITIVE_INFINITY },
    users: 'any',
    options: [userOption, ...selectionOptions, heldOption, jsonOption, exitCodeOption, noUnitsOption],
    examples: [
      ['tmux-persist plan', 'what apply would do for everybody'],
      ['tmux-persist plan emo --held', 'also what stays away, with the commands'],
    ],
    isPaged: true,
    load: () => import('./plan-command.ts'),
  },
  {
    name: 'apply',
    summary: 'bring back what the plan says',
    positionals: '[USER]...',
    positionalCount: { min: 0, max: Number.POSITIVE_INFINITY },
    users: 'any',
    options: [userOption, ...selectionOptions, messageOption, jsonOption, noUnitsOption, lockTimeoutOption],
    examples: [
      ['tmux-persist apply emo', 'bring back what emo lost by a crash or a reboot'],
      ['tmux-persist apply emo --session notes', 'only notes, also if emo closed it'],
      ["tmux-persist apply emo --at '2026-11-26 23:50'", 'what ran at that time'],
    ],
    isPaged: false,
    load: () => import('./apply-command.ts'),
  },
  {
    name: 'save',
    summary: 'record what is running',
    positionals: '[USER]...',
    positionalCount: { min: 0, max: Number.POSITIVE_INFINITY },
    users: 'any',
    options: [userOption, jsonOption, lockTimeoutOption],
    examples: [
      ['tmux-persist save', 'record everybody'],
      ['tmux-persist save emo', 'record emo'],
    ],
    isPaged: false,
    load: () => import('./save-command.ts'),
  },
  {
    name: 'restore',
    summary: 'bring back what was lost: the boot unit and the web button call it',
    positionals: '[USER]',
    positionalCount: { min: 0, max: 1 },
    users: 'one',
    options: [userOption, jsonOption, lockTimeoutOption],
    examples: [
      ['tmux-persist restore emo', 'what the button of the web terminal does'],
      ['tmux-persist restore', 'what the boot unit does'],
    ],
    isPaged: false,
    load: () => import('./restore-command.ts'),
  },
  {
    name: 'status',
    summary: 'what runs, what is lost, and when each user was last saved',
    positionals: '[USER]...',
    positionalCount: { min: 0, max: Number.POSITIVE_INFINITY },
    users: 'any',
    options: [userOption, jsonOption],
    examples: [
      ['tmux-persist status', 'everybody, and the units'],
      ['tmux-persist status emo --verbose', 'all that is known of emo'],
    ],
    isPaged: true,
    load: () => import('./status-command.ts'),
  },
  {
    name: 'snapshots',
    summary: 'list the stored records of a user',
    positionals: 'USER',
    positionalCount: { min: 1, max: 1 },
    users: 'one',
    options: [userOption, jsonOption],
    examples: [
      ['tmux-persist snapshots emo', 'the records of emo, newest first'],
      ['tmux-persist snapshots emo --json | jq .snapshots[0]', 'the newest, for a script'],
    ],
    isPaged: true,
    load: () => import('./snapshots-command.ts'),
  },
  {
    name: 'show',
    summary: 'show the newest record of a user, or one snapshot',
    positionals: 'USER [SNAPSHOT]',
    positionalCount: { min: 1, max: 2 },
    users: 'one',
    options: [userOption, jsonOption, tsvOption],
    examples: [
      ['tmux-persist show emo', 'the newest record'],
      ['tmux-persist show emo 14:01', 'the newest one at or before 14:01'],
    ],
    isPaged: true,
    load: () => import('./show-command.ts'),
  },
  {
    name: 'diff',
    summary: 'what differs between two records, or between one and now',
    positionals: 'USER [A [B]]',
    positionalCount: { min: 1, max: 3 },
    users: 'one',
    options: [userOption, jsonOption],
    examples: [
      ['tmux-persist diff emo', 'the newest record, and what runs now'],
      ['tmux-persist diff emo 14:01 latest', 'what changed since 14:01'],
    ],
    isPaged: true,
    load: () => import('./diff-command.ts'),
  },
  {
    name: 'history',
    summary: 'what came, went and changed',
    positionals: '[USER]',
    positionalCount: { min: 0, max: 1 },
    users: 'one',
    options: [userOption, sinceOption, jsonOption],
    examples: [
      ['tmux-persist history emo --since 2h', 'the last two hours'],
      ["tmux-persist history --since '2026-11-26 23:50'", 'everybody, since that time'],
    ],
    isPaged: true,
    load: () => import('./history-command.ts'),
  },
  {
    name: 'forget',
    summary: 'never bring a session back unless it is named',
    positionals: 'USER NAME|PATTERN...',
    positionalCount: { min: 2, max: Number.POSITIVE_INFINITY },
    users: 'one',
    options: [userOption, lockTimeoutOption],
    examples: [
      ['tmux-persist forget emo scratch', 'scratch does not come back unless it is named'],
      ["tmux-persist forget emo 'job-*'", 'the same for all of that pattern'],
    ],
    isPaged: false,
    load: () => import('./forget-command.ts'),
  },
  {
    name: 'roster',
    summary: 'check the roster, or print the ttyd-user-map made from it',
    positionals: 'check | map',
    positionalCount: { min: 1, max: 1 },
    users: 'none',
    options: [strictOption],
    examples: [
      ['tmux-persist roster check --strict', 'warnings count as errors'],
      ['tmux-persist roster map', 'the map of logins for the web terminal'],
    ],
    isPaged: false,
    load: () => import('./roster-command.ts'),
  },
  {
    name: 'doctor',
    summary: 'find what would keep sessions from being saved or restored',
    positionals: '[USER]...',
    positionalCount: { min: 0, max: Number.POSITIVE_INFINITY },
    users: 'any',
    options: [userOption, jsonOption, strictOption],
    examples: [
      ['tmux-persist doctor', 'exits 1 when an error was found'],
      ['tmux-persist doctor emo --strict', 'emo alone, and 1 also for a warning'],
    ],
    isPaged: false,
    load: () => import('./doctor-command.ts'),
  },
  {
    name: 'units',
    summary: "this program's systemd units, and which of them are left to you",
    positionals: '',
    positionalCount: { min: 0, max: 0 },
    users: 'none',
    options: [leaveOption, healOption, jsonOption],
    examples: [
      ['tmux-persist units', 'how they stand'],
      ['tmux-persist units --leave watch', 'a deliberate systemctl disable then stays'],
      ['tmux-persist units --heal watch', 'and this ends it'],
    ],
    isPaged: false,
    load: () => import('./units-command.ts'),
  },
  {
    name: 'watch',
    summary: 'record each change at once, and heal what was lost',
    positionals: '',
    positionalCount: { min: 0, max: 0 },
    users: 'none',
    options: [userOption],
    examples: [
      ['tmux-persist watch', 'watch in this terminal'],
      ['tmux-persist watch --user emo', 'only emo'],
    ],
    isPaged: false,
    load: () => import('./watch-command.ts'),
  },
  {
    name: 'demo',
    summary: 'show all of it, on a tmux server of its own',
    positionals: '',
    positionalCount: { min: 0, max: 0 },
    users: 'none',
    options: [],
    examples: [
      ['tmux-persist demo', 'touches nothing of yours'],
      ['tmux-persist demo --no-color', 'the same without colour'],
    ],
    isPaged: false,
    load: () => import('./demo-command.ts'),
  },
  {
    name: 'help',
    summary: 'show help, for one command or for all',
    positionals: '[COMMAND]',
    positionalCount: { min: 0, max: 1 },
    users: 'none',
    options: [],
    examples: [
      ['tmux-persist help plan', 'the same as tmux-persist plan --help'],
      ['tmux-persist help', 'all commands'],
    ],
    isPaged: false,
    load: () => import('./help-command.ts'),
  },
];

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Positional arguments as help shows them. */
  readonly positionals: string;
  readonly positionalCount: { readonly min: number; readonly max: number };
  /** Whether the words name users, or the first of them one user. Then `--user` is another way to name them. */
  readonly users: 'any' | 'one' | 'none';
  readonly options: readonly Option[];
  /** Command lines, each with what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  /** Whether its result is shown in a pager on a terminal. */
  readonly isPaged: boolean;
  /** Loads the command's code only when it is used. */
  readonly load: () => Promise<{ readonly run: (invocation: Invocation) => Promise<number> }>;
}
