import { type Command, synopsisOf } from '../command.ts';
import { detailsOf } from '../command-details.ts';
import { globalOptions, type Option, spellingsOf } from '../options.ts';
import { entry, manualPage, paragraph, type Roff, section, subsection, verbatim } from './roff.ts';
import { sentence } from './sentence.ts';
import { type Topic, topics } from './topics.ts';

/** tmux-persist(1), from the table of commands. */
export function commandsManual(
  commands: readonly Command[],
  contractCommands: readonly Command[],
  version: string,
): string {
  const purpose = 'record tmux sessions, and bring lost ones back';
  const ofTerminals = contractCommands.map(({ name }) => name).join(', ');
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
    ...section('commands', [
      ...commands.flatMap(commandManual),
      ...subsection('For the programs of web terminals', paragraph(`Each has its --help: ${ofTerminals}.`)),
    ]),
    ...section('options of every command', globalOptions.flatMap(optionEntry)),
    ...topics.flatMap(topicSection),
    ...section('see also', ['tmux(1), tmux\\-persist\\-roster(5), tmux\\-persist\\-web(8)']),
  ]);
}

/** The options of a command, and what else is to be known of it. */
export function usageOf({ name, options, examples }: Command): Roff {
  const { notes, exits } = detailsOf(name);
  return [
    ...options.flatMap(optionEntry),
    ...notes.flatMap(paragraph),
    ...paragraph('Exit status:'),
    ...exits.flatMap(([status, meaning]) => entry(`${status}`, sentence(meaning))),
    ...paragraph('Examples:'),
    ...verbatim(examples.flatMap(([line, does]) => [line, `    ${does}`])),
  ];
}

function commandManual(command: Command): Roff {
  return [...subsection(synopsisOf(command), paragraph(sentence(command.summary))), ...usageOf(command)];
}

function optionEntry(option: Option): Roff {
  return entry(spellingsOf(option).join(', '), sentence(option.help));
}

function topicSection({ title, paragraphs, entries, remarks }: Topic): Roff {
  return section(title, [
    ...paragraphs.flatMap(paragraph),
    ...entries.flatMap(([term, meaning]) => entry(term, meaning)),
    ...remarks.flatMap(paragraph),
  ]);
}
