import { type Command, commands } from './commands.ts';
import { globalOptions, type Option, selectionOptions } from './options.ts';

/** The text of `--help`, for the whole program or for one command. */
export function helpText(command: Command | null): string {
  return command === null ? programHelp() : commandHelp(command);
}

function programHelp(): string {
  const width = Math.max(...commands.map((command) => synopsis(command).length));
  return [
    'tmux-persist saves who runs which tmux session where, and brings lost sessions back.',
    '',
    'Usage: tmux-persist COMMAND [OPTION]...',
    '',
    ...commands.map((command) => `  ${synopsis(command).padEnd(width)}  ${command.summary}`),
    '',
    'Options of every command:',
    ...optionLines(globalOptions),
    '',
    'Environment: TMUX_PERSIST_ROSTER, TMUX_PERSIST_STATE_DIR, TMUX_PERSIST_SOCKET_NAME, NO_COLOR. A flag beats it.',
    'Exit status: 0 done, 1 an action failed, 2 refused, 3 changes pending (plan --exit-code), 4 incomplete, 5 locked.',
    'More of one command: tmux-persist COMMAND --help',
    '',
  ].join('\n');
}

function commandHelp(command: Command): string {
  const own = command.options;
  return [
    `tmux-persist ${command.name}: ${command.summary}`,
    '',
    `Usage: tmux-persist ${synopsis(command)}${own.length === 0 ? '' : ' [OPTION]...'}`,
    ...(own.length === 0 ? [] : ['', 'Options:', ...optionLines(own)]),
    ...(selectionOptions.every((option) => own.includes(option)) ? ['', ...selectionNotes] : []),
    '',
    'Options of every command:',
    ...optionLines(globalOptions),
    '',
  ].join('\n');
}

const selectionNotes: readonly string[] = [
  'Without --session, --at, --include or --all only what a crash took comes back: causes reboot, server-died, killed.',
  'Causes: reboot, server-died, killed, server-stopped, closed, forgotten.',
];

function synopsis(command: Command): string {
  return command.positionals === '' ? command.name : `${command.name} ${command.positionals}`;
}

function optionLines(options: readonly Option[]): readonly string[] {
  const labels = options.map(({ name, short, value }) => {
    const long = value === null ? `--${name}` : `--${name} ${value}`;
    return short === null ? `    ${long}` : `-${short}, ${long}`;
  });
  const width = Math.max(...labels.map((label) => label.length));
  return options.map((option, at) => `  ${(labels[at] ?? '').padEnd(width)}  ${option.help}`);
}
