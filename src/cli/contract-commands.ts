import type { Command } from './command.ts';
import { jsonOption, lockTimeoutOption, loginOption, progressOption, userOption } from './options.ts';

/** What the programs of web terminals call; docs/web-terminal.md tells what each prints. Help names them in one line. */
export const contractCommands: readonly Command[] = [
  {
    name: 'picker',
    summary: 'what runs, what was lost, all snapshots: for a web terminal',
    positionals: 'USER',
    positionalCount: { min: 1, max: 1 },
    users: 'one',
    options: [userOption, loginOption, jsonOption],
    examples: [
      ['tmux-persist picker emo', 'rows, separated by tabs'],
      ['tmux-persist picker --login emil.example --json', 'the same as one document, by a login'],
    ],
    isPaged: false,
    load: () => import('./commands/picker-command.ts'),
  },
  {
    name: 'snapshot',
    summary: 'the sessions of one snapshot against what runs now: for a web terminal',
    positionals: 'USER ID',
    positionalCount: { min: 2, max: 2 },
    users: 'one',
    options: [userOption, loginOption, jsonOption],
    examples: [
      ['tmux-persist snapshot emo 20261120T135951', 'a row for each session, separated by tabs'],
      ['tmux-persist snapshot emo 20261120T135951 --json', 'the same as one document'],
    ],
    isPaged: false,
    load: () => import('./commands/snapshot-command.ts'),
  },
  {
    name: 'restore-selection',
    summary: 'bring back just these sessions of one snapshot: for a web terminal',
    positionals: 'USER ID NAME...',
    positionalCount: { min: 3, max: Number.POSITIVE_INFINITY },
    users: 'one',
    options: [userOption, loginOption, progressOption, lockTimeoutOption],
    examples: [
      ['tmux-persist restore-selection emo 20261120T135951 notes work', 'these two, or none if one is unknown'],
      ['tmux-persist restore-selection emo 20261120T135951 notes --json=lines', 'with progress'],
    ],
    isPaged: false,
    load: () => import('./commands/restore-selection-command.ts'),
  },
  {
    name: 'restore-one',
    summary: 'bring back one session, and tell its agent something: for a web terminal',
    positionals: 'USER NAME|ID [MESSAGE]',
    positionalCount: { min: 2, max: 3 },
    users: 'one',
    options: [userOption, loginOption, progressOption, lockTimeoutOption],
    examples: [
      ['tmux-persist restore-one emo notes', 'by its name'],
      ["tmux-persist restore-one emo 3f36c85e 'You were killed. Go on.'", 'by its conversation, with a first prompt'],
    ],
    isPaged: false,
    load: () => import('./commands/restore-one-command.ts'),
  },
  {
    name: 'overview',
    summary: 'every user, and the health of the saves: for an administrator of the roster',
    positionals: 'USER',
    positionalCount: { min: 1, max: 1 },
    users: 'one',
    options: [userOption, loginOption, jsonOption],
    examples: [
      ['tmux-persist overview emo', 'refused unless the roster makes emo an administrator'],
      ['tmux-persist overview --login emil.example --json', 'one document, by a login'],
    ],
    isPaged: false,
    load: () => import('./commands/overview-command.ts'),
  },
];
