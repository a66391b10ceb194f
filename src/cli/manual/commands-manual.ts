import type { Command } from '../command.ts';
import { exitStatuses } from '../exit-status-words.ts';
import { globalOptions, type Option } from '../options.ts';
import { entry, manualPage, paragraph, type Roff, section, subsection, verbatim } from './roff.ts';

/** tmux-persist(1), from the table of commands. */
export function commandsManual(commands: readonly Command[], version: string): string {
  const purpose = 'record tmux sessions, and bring lost ones back';
  return manualPage({ name: 'tmux-persist', number: 1, purpose, version }, [
    ...section('synopsis', ['.B tmux\\-persist', '.I COMMAND', '[\\fIOPTION\\fR]...']),
    ...section('description', [
      ...paragraph(
        'tmux-persist records which tmux session of which user runs where, and with which conversation of an agent. It compares the records with what runs, shows the difference, and brings back what a reboot, a kill for memory or a dead tmux server took.',
      ),
      ...paragraph(
        'Root serves the users of the roster, tmux-persist-roster(5). A person without root is served alone, and needs no roster.',
      ),
      ...paragraph('What a person closed does not come back by itself. It comes back when it is named.'),
    ]),
    ...section('commands', commands.flatMap(commandManual)),
    ...section('options of every command', globalOptions.flatMap(optionEntry)),
    ...section(
      'exit status',
      exitStatuses.flatMap(({ status, meaning }) => entry(String(status), meaning)),
    ),
    ...section(
      'environment',
      environment.flatMap(([name, meaning]) => entry(name, meaning)),
    ),
    ...section(
      'files',
      files.flatMap(([path, meaning]) => entry(path, meaning)),
    ),
    ...section('see also', ['tmux(1), tmux\\-persist\\-roster(5), tmux\\-persist\\-web(8)']),
  ]);
}

function commandManual({ name, positionals, summary, options, examples }: Command): Roff {
  return [
    ...subsection([name, positionals].filter((word) => word !== '').join(' '), paragraph(`${summary}.`)),
    ...options.flatMap(optionEntry),
    ...(examples.length === 0 ? [] : verbatim(examples.flatMap(([line, does]) => [line, `    ${does}`]))),
  ];
}

export function optionEntry({ name, short, value, help }: Option): Roff {
  const long = value === null ? `--${name}` : `--${name} ${value}`;
  return entry(short === null ? long : `-${short}, ${long}`, `${help}.`);
}

const environment: readonly (readonly [string, string])[] = [
  ['TMUX_PERSIST_ROSTER', 'As --roster, which beats it.'],
  ['TMUX_PERSIST_STATE_DIR', 'As --state-dir, which beats it.'],
  ['TMUX_PERSIST_SOCKET_NAME', 'As --socket-name, which beats it.'],
  ['TMUX_PERSIST_PAGER, PAGER', 'What shows a long result on a terminal; empty for nothing.'],
  ['NO_COLOR', 'No colour, where it is not empty.'],
];

const files: readonly (readonly [string, string])[] = [
  ['/etc/tmux-persist/roster.yaml', 'The roster of the host.'],
  ['/etc/ttyd-user-map', 'The roster, where there is no other.'],
  ['/etc/tmux-persist/persist.yaml', 'Settings for the users of a user map.'],
  ['/var/lib/tmux-persist', 'The records of root.'],
  ['~/.local/state/tmux-persist', "A person's own records."],
];
