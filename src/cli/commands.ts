import type { Invocation } from './invocation.ts';
import {
  exitCodeOption,
  jsonOption,
  lockTimeoutOption,
  messageOption,
  noUnitsOption,
  type Option,
  selectionOptions,
  strictOption,
  tsvOption,
  userOption,
} from './options.ts';

/** Every command, in the order of help. */
export const commands: readonly Command[] = [
  {
    name: 'plan',
    summary: 'show what apply would do; changes nothing',
    positionals: '',
    positionalCount: { min: 0, max: 0 },
    options: [userOption, ...selectionOptions, jsonOption, exitCodeOption, noUnitsOption],
    load: () => import('./plan-command.ts'),
  },
  {
    name: 'apply',
    summary: 'bring back what the plan says',
    positionals: '',
    positionalCount: { min: 0, max: 0 },
    options: [userOption, ...selectionOptions, messageOption, jsonOption, noUnitsOption, lockTimeoutOption],
    load: () => import('./apply-command.ts'),
  },
  {
    name: 'save',
    summary: 'record what is running',
    positionals: '',
    positionalCount: { min: 0, max: 0 },
    options: [userOption, jsonOption, lockTimeoutOption],
    load: () => import('./save-command.ts'),
  },
  {
    name: 'restore',
    summary: 'bring back the sessions of one user, or of all: what the boot unit and the web button call',
    positionals: '[U]',
    positionalCount: { min: 0, max: 1 },
    options: [jsonOption, lockTimeoutOption],
    load: () => import('./restore-command.ts'),
  },
  {
    name: 'status',
    summary: 'how each user stands, and when they were last saved',
    positionals: '',
    positionalCount: { min: 0, max: 0 },
    options: [userOption, jsonOption],
    load: () => import('./status-command.ts'),
  },
  {
    name: 'snapshots',
    summary: 'list the stored records of a user',
    positionals: 'U',
    positionalCount: { min: 1, max: 1 },
    options: [jsonOption],
    load: () => import('./snapshots-command.ts'),
  },
  {
    name: 'show',
    summary: 'show the newest record of a user, or one snapshot',
    positionals: 'U [SNAPSHOT]',
    positionalCount: { min: 1, max: 2 },
    options: [jsonOption, tsvOption],
    load: () => import('./show-command.ts'),
  },
  {
    name: 'diff',
    summary: 'show what differs between two snapshots, or between one and what runs now',
    positionals: 'U [A [B]]',
    positionalCount: { min: 1, max: 3 },
    options: [jsonOption],
    load: () => import('./diff-command.ts'),
  },
  {
    name: 'history',
    summary: 'what came, went and changed from snapshot to snapshot',
    positionals: '[U]',
    positionalCount: { min: 0, max: 1 },
    options: [jsonOption],
    load: () => import('./history-command.ts'),
  },
  {
    name: 'forget',
    summary: 'never bring a session back unless it is named',
    positionals: 'U SESSION...',
    positionalCount: { min: 2, max: Number.POSITIVE_INFINITY },
    options: [lockTimeoutOption],
    load: () => import('./forget-command.ts'),
  },
  {
    name: 'roster',
    summary: 'check the roster, or print the ttyd-user-map derived from it',
    positionals: 'check | map',
    positionalCount: { min: 1, max: 1 },
    options: [strictOption],
    load: () => import('./roster-command.ts'),
  },
  {
    name: 'doctor',
    summary: 'look for what would keep sessions from being saved or restored, and say how to mend it',
    positionals: '',
    positionalCount: { min: 0, max: 0 },
    options: [jsonOption, strictOption],
    load: () => import('./doctor-command.ts'),
  },
  {
    name: 'watch',
    summary: 'record each change at once, know why a session ended, and heal what was lost',
    positionals: '',
    positionalCount: { min: 0, max: 0 },
    options: [userOption],
    load: () => import('./watch-command.ts'),
  },
  {
    name: 'demo',
    summary: 'save, kill, plan, apply and plan again, on a tmux server of its own',
    positionals: '',
    positionalCount: { min: 0, max: 0 },
    options: [],
    load: () => import('./demo-command.ts'),
  },
];

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Positional arguments as help shows them. */
  readonly positionals: string;
  readonly positionalCount: { readonly min: number; readonly max: number };
  readonly options: readonly Option[];
  /** Loads the command's code only when it is used. */
  readonly load: () => Promise<{ readonly run: (invocation: Invocation) => Promise<number> }>;
}
