import { type Command, synopsisOf } from '../command.ts';
import { detailsOf } from '../command-details.ts';
import { globalOptions, type Option, spellingsOf } from '../options.ts';
import { sentence } from './sentence.ts';
import { type Topic, topics } from './topics.ts';

/** docs/commands.md, from the table of commands, in Markdown that prettier has yet to wrap. */
export function commandsReference(commands: readonly Command[], contractCommands: readonly Command[]): string {
  return blocks([
    '<!-- Written by npm run generate, from src/cli: commands.ts, options.ts, command-details.ts, manual/topics.ts -->',
    '# Commands',
    '`tmux-persist help COMMAND` and `man tmux-persist` say the same in a terminal.',
    [
      '| command | what it does |',
      '| --- | --- |',
      ...commands.map((command) => `| ${linkTo(command)} | ${plain(command.summary)} |`),
    ].join('\n'),
    'For [the programs of web terminals](web-terminal.md), which tells what each prints:',
    contractCommands.map((command) => `- ${linkTo(command)}: ${plain(command.summary)}`).join('\n'),
    ...[...commands, ...contractCommands].map(commandSection),
    section('Options of every command', [optionList(globalOptions)]),
    ...topics.map(topicSection),
  ]);
}

/** Pages that tell more of a command. */
const pages: ReadonlyMap<string, string> = new Map([
  ['plan', 'how-it-decides.md'],
  ['apply', 'sessions.md'],
  ['status', 'install.md#in-tmuxconf'],
  ['roster', 'roster.md'],
  ['doctor', 'monitoring.md'],
  ['units', 'install.md#change-or-stop-a-unit'],
  ['install', 'install.md'],
  ['watch', 'watch.md'],
  ['web', 'web-page.md'],
]);

function linkTo({ name }: Command): string {
  return `[\`${name}\`](#${name})`;
}

function commandSection(command: Command): string {
  const { name, summary, options, examples } = command;
  const { notes, exits } = detailsOf(name);
  const page = pages.get(name);
  const statuses = exits.map(([status, does]) => `- ${status}: ${plain(does)}`);
  return section(name, [
    plain(sentence(summary)),
    fence('text', [`tmux-persist ${synopsisOf(command)}${options.length === 0 ? '' : ' [OPTION]...'}`]),
    optionList(options),
    ...notes.map(plain),
    ...(page === undefined ? [] : [`More: [${page.replace(/#.*$/, '')}](${page}).`]),
    'Exit status:',
    statuses.join('\n'),
    fence('sh', commented(examples)),
  ]);
}

function topicSection({ title, paragraphs, entries, remarks }: Topic): string {
  const list = entries.map(([term, meaning]) => `- \`${term}\`: ${plain(meaning)}`);
  return section(title, [...paragraphs.map(plain), list.join('\n'), ...remarks.map(plain)]);
}

function section(title: string, body: readonly string[]): string {
  return blocks([`## ${title}`, ...body]);
}

function optionList(options: readonly Option[]): string {
  return options
    .map(
      (option) =>
        `- ${spellingsOf(option)
          .map((spelling) => `\`${spelling}\``)
          .join(', ')}: ${plain(option.help)}`,
    )
    .join('\n');
}

/** Lines for a shell, each with a comment. */
function commented(rows: Command['examples']): readonly string[] {
  const width = Math.max(...rows.map(([line]) => line.length));
  return rows.map(([line, does]) => `${line.padEnd(width)}   # ${does}`);
}

function fence(language: string, lines: readonly string[]): string {
  return [`\`\`\`${language}`, ...lines, '```'].join('\n');
}

/** Text in which Markdown would see more than code in backquotes. */
function plain(words: string): string {
  return words.replaceAll(/`[^`]*`|[*_<>|[\]\\]/g, (found) => (found.startsWith('`') ? found : `\\${found}`));
}

function blocks(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}
