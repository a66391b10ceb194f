import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sandbox } from '../support/persist-sandbox.ts';

const pages = ['README.md', ...readdirSync('docs').flatMap((name) => (name.endsWith('.md') ? `docs/${name}` : []))];
const documentation = pages.map((page) => readFileSync(page, 'utf8')).join('\n');

describe('--help and the documentation', () => {
  test('list the same commands', () => {
    const { commands } = helpTexts();
    expect(commands.length).toBeGreaterThan(10);
    const inProse = [...documentation.matchAll(/`tmux-persist ([a-z][a-z-]*)/g)].map(([, name = '']) => name);
    expect(inProse.filter((name) => !commands.includes(name))).toEqual([]);
    expect([...sectionsOfReference().keys()]).toEqual(expect.arrayContaining([...commands]));
  });

  test('list the same options', () => {
    const { texts } = helpTexts();
    const inHelp = new Set(texts.flatMap(optionsIn));
    const inPages = new Set(codeSpansOf(documentation).filter(isAboutThisProgram).flatMap(optionsIn));
    for (const option of [...optionsOfTheAgent, ...optionsOfTheInstaller, ...optionsOfThePackages])
      inPages.delete(option);
    expect([...inPages].toSorted()).toEqual([...inHelp].toSorted());
  });

  test('agree on the synopsis of every command', () => {
    const { texts } = helpTexts();
    for (const text of texts.slice(1)) {
      const [, synopsis = ''] = /^Usage: tmux-persist (.*?)(?: \[OPTION\]\.\.\.)?$/m.exec(text) ?? [];
      const [name = ''] = synopsis.split(' ');
      const section = sectionsOfReference().get(name) ?? '';
      expect(section).toContain(`\ntmux-persist ${synopsis}`);
      const own = text.slice(text.indexOf('Options:'), text.indexOf('Options of every command:'));
      expect(optionsIn(section)).toEqual(expect.arrayContaining([...optionsIn(own)]));
    }
  });
});

const optionsOfTheAgent = (
  '--resume --session-id --continue --fork-session --model --permission-mode --add-dir --mcp-config --settings ' +
  '--worktree --teleport --bg --dangerously-skip-permissions'
).split(' ');
/** Of install(1), in a command that doctor gives. */
const optionsOfTheInstaller = ['--backup'];
/** Of the npm scripts that build packages. */
const optionsOfThePackages = ['--out'];

test('help keeps to 80 columns, and has two examples for each command', () => {
  const { texts } = helpTexts();
  for (const text of texts) {
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(text.slice(text.indexOf('Examples:')).match(/^ {2}tmux-persist /gm)?.length).toBeGreaterThanOrEqual(2);
  }
});

/** The sections of docs/commands.md, by their titles. */
function sectionsOfReference(): ReadonlyMap<string, string> {
  const sections = readFileSync('docs/commands.md', 'utf8').split(/^## /m).slice(1);
  return new Map(sections.map((text) => [text.slice(0, text.indexOf('\n')), text]));
}

interface HelpTexts {
  readonly commands: readonly string[];
  readonly texts: readonly string[];
}

let asked: HelpTexts | null = null;

/** The help of the program, then that of each of its commands, which are the same in every test. */
function helpTexts(): HelpTexts {
  return (asked ??= askForHelp());
}

function askForHelp(): HelpTexts {
  const box = sandbox();
  const program = box.persist('--help').stdout;
  const ofPeople = [...program.matchAll(/^ {2}([a-z]+) /gm)].flatMap(([, name]) => name ?? []);
  const [, forPrograms = ''] = /^For the programs of web terminals; .*\n {2}(.*)$/m.exec(program) ?? [];
  const commands = [...ofPeople, ...forPrograms.split(', ')];
  return { commands, texts: [program, ...commands.map((name) => box.persist(name, '--help').stdout)] };
}

function optionsIn(text: string): readonly string[] {
  return text.match(/(?<![\w-])--[a-z][a-z-]*/g) ?? [];
}

/** Inline code and the lines of fenced blocks. */
function codeSpansOf(markdown: string): readonly string[] {
  const fences = [...markdown.matchAll(/^```\w*\n(.*?)^```/gms)].flatMap(([, body = '']) => body.split('\n'));
  const inline = markdown.replaceAll(/^```\w*\n.*?^```/gms, '').match(/`[^`]+`/g) ?? [];
  return [...fences, ...inline.map((span) => span.slice(1, -1))];
}

/** Code of other programs has options of its own, and the README names some of the agent's. */
function isAboutThisProgram(code: string): boolean {
  return /tmux-persist /.test(code)
    ? !/^# (npm|install) /.test(code)
    : code.startsWith('--') || /^roster (check|map)/.test(code);
}
