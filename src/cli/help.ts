import { maxColumns } from '../render/fit-columns.ts';
import { wrapWords } from '../render/wrap-words.ts';
import type { Command } from './command.ts';
import { commands } from './commands.ts';
import { contractCommands } from './contract-commands.ts';
import { globalOptions, type Option, selectionOptions } from './options.ts';

/** The text of `--help`, for the whole program or for one command, within 80 columns. */
export function helpText(command: Command | null): string {
  return command === null ? programHelp() : commandHelp(command);
}

function programHelp(): string {
  const rows = commands.map((command): readonly [string, string] => [synopsis(command), command.summary]);
  return [
    'tmux-persist saves who runs which tmux session where,',
    'and brings lost sessions back.',
    '',
    'Usage: tmux-persist COMMAND [OPTION]...',
    '',
    ...twoColumns(rows),
    '',
    'For the programs of web terminals; each has its --help:',
    `  ${contractCommands.map(({ name }) => name).join(', ')}`,
    '',
    'Options of every command:',
    ...optionLines(globalOptions),
    '',
    'Environment, which a flag beats: TMUX_PERSIST_ROSTER, TMUX_PERSIST_STATE_DIR,',
    'TMUX_PERSIST_SOCKET_NAME, NO_COLOR, TMUX_PERSIST_PAGER or PAGER (empty: none).',
    'Exit status: 0 done, 1 an action failed, 2 refused, 3 changes are pending',
    '(plan --exit-code), 4 incomplete, 5 locked.',
    '',
    'Examples:',
    ...examples([
      ['tmux-persist status', 'how everybody stands'],
      ['tmux-persist plan emo', 'what apply would bring back for emo'],
      ['tmux-persist help plan', 'more of one command'],
    ]),
    '',
  ].join('\n');
}

function commandHelp(command: Command): string {
  const own = command.options;
  return [
    ...wrapWords(`tmux-persist ${command.name}: ${command.summary}`, maxColumns),
    '',
    `Usage: tmux-persist ${synopsis(command)}${own.length === 0 ? '' : ' [OPTION]...'}`,
    ...(own.length === 0 ? [] : ['', 'Options:', ...optionLines(own)]),
    ...(selectionOptions.every((option) => own.includes(option)) ? ['', ...selectionNotes] : []),
    '',
    'Options of every command:',
    ...optionLines(globalOptions),
    '',
    'Examples:',
    ...examples(command.examples),
    '',
  ].join('\n');
}

const selectionNotes: readonly string[] = [
  'Without --session, --at, --include or --all only what a crash took comes back:',
  'causes reboot, server-died, killed. The others: server-stopped, closed,',
  'forgotten.',
];

function synopsis(command: Command): string {
  return command.positionals === '' ? command.name : `${command.name} ${command.positionals}`;
}

function optionLines(options: readonly Option[]): readonly string[] {
  return twoColumns(
    options.map(({ name, short, value, word, help }) => {
      const long = value === null ? `--${name}${word === null ? '' : `[=${word}]`}` : `--${name} ${value}`;
      return [short === null ? `    ${long}` : `-${short}, ${long}`, help];
    }),
  );
}

function examples(rows: Command['examples']): readonly string[] {
  return rows.flatMap(([line, does]) => [`  ${line}`, `      ${does}`]);
}

/** Aligns words and what they mean; a meaning that is too long goes on below itself. */
function twoColumns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([word]) => word.length));
  return rows.flatMap(([word, meaning]) =>
    wrapWords(meaning, maxColumns - width - 4).map(
      (words, at) => `  ${(at === 0 ? word : '').padEnd(width)}  ${words}`,
    ),
  );
}
