import { maxColumns } from '../render/text/fit-columns.ts';
import { wrapWords } from '../render/text/wrap-words.ts';
import { type Command, synopsisOf } from './command.ts';
import { detailsOf } from './command-details.ts';
import { commands } from './commands.ts';
import { contractCommands } from './contract-commands.ts';
import { globalOptions, type Option, spellingsOf } from './options.ts';

/** The text of `--help`, for the whole program or for one command, within 80 columns. */
export function helpText(command: Command | null): string {
  return command === null ? programHelp() : commandHelp(command);
}

function programHelp(): string {
  const rows = commands.map((command): readonly [string, string] => [synopsisOf(command), command.summary]);
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
  const { notes, exits } = detailsOf(command.name);
  return [
    ...wrapWords(`tmux-persist ${command.name}: ${command.summary}`, maxColumns),
    '',
    `Usage: tmux-persist ${synopsisOf(command)}${own.length === 0 ? '' : ' [OPTION]...'}`,
    ...(own.length === 0 ? [] : ['', 'Options:', ...optionLines(own)]),
    ...notes.flatMap((note) => ['', ...wrapWords(note.replaceAll('`', ''), maxColumns)]),
    '',
    ...wrapWords(`Options of every command: ${namesOfGlobalOptions}; see: tmux-persist help`, maxColumns),
    '',
    'Exit status:',
    ...twoColumns(exits.map(([status, meaning]) => [`${status}`, meaning])),
    '',
    'Examples:',
    ...examples(command.examples),
    '',
  ].join('\n');
}

/** Without what they mean, so that what a command is about does not scroll away. */
const namesOfGlobalOptions = globalOptions.map(({ name }) => `--${name}`).join(', ');

function optionLines(options: readonly Option[]): readonly string[] {
  return twoColumns(
    options.map((option) => {
      const words = spellingsOf(option).join(', ');
      return [option.short === null ? `    ${words}` : words, option.help];
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
