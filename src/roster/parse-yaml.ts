import {
  type Alias,
  Composer,
  type Document,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  visit,
  type YAMLError,
} from 'yaml';
import type { RosterProblem } from '../core/roster.ts';
import { errorAt, warningAt } from './whose-key.ts';
import { printableSentence, templateAt, yamlErrorWords } from './yaml-words.ts';

/** A YAML file as nodes; `root` is null when the file has no content, or a syntax error. */
export interface ParsedYaml {
  readonly root: Node | null;
  /** The node of each alias; an alias without an earlier anchor has no entry. */
  readonly aliasTargets: ReadonlyMap<Alias, Node>;
  readonly positionAt: (offset: number) => Position;
  readonly problems: readonly RosterProblem[];
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The YAML library recurses. With yaml 2.9 on Node 20, 500 000 nested `- ` abort the whole process. */
const maxDepth = 64;

/** Parses YAML (which includes JSON) into nodes; `problems` has every syntax problem. */
export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  lines.addNewLine(0);
  const positionAt = (offset: number) => positionIn(lines, offset);
  const problem = (offset: number, message: string): RosterProblem => errorAt(positionAt(offset), 'syntax', message);
  const failed = (problems: readonly RosterProblem[]) => ({
    root: null,
    aliasTargets: new Map<Alias, Node>(),
    positionAt,
    problems,
  });

  const tokens = tokensOf(text, lines);
  if ('tooDeepAt' in tokens) {
    return failed([problem(tokens.tooDeepAt, `collections are nested more than ${maxDepth} deep`)]);
  }
  // `readYaml` checks for unique keys, because the library compares every pair of keys: 1.6 s for 20 000 keys.
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, logLevel: 'silent' });
  const [document, second] = [...composer.compose(tokens.parsed, true, text.length)];
  if (document === undefined) return failed([]);

  const errors = document.errors.map((error) => {
    const at = offsetToShow(text, error, tokens.lastQuoteAt);
    return problem(at, yamlErrorWords(error.code, error.message, lineAt(text, at)));
  });
  if (second !== undefined)
    errors.push(problem(second.range[0], 'a second YAML document starts here; a roster is one'));
  if (errors.length > 0) return failed(errors);
  return {
    root: document.contents,
    aliasTargets: aliasTargetsIn(document),
    positionAt,
    // A tag of another tool (`!vault`, `!reference`) concerns only that tool.
    problems: document.warnings.map(({ message, pos }) =>
      warningAt(positionAt(pos[0]), 'syntax', printableSentence(message)),
    ),
  };
}

function tokensOf(text: string, lines: LineCounter) {
  const parser = new Parser(lines.addNewLine);
  const parsed = [];
  let lastQuoteAt = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (/^["']/.test(lexeme)) lastQuoteAt = parser.offset;
    for (const token of parser.next(lexeme)) parsed.push(token);
    if (parser.stack.length > maxDepth) return { tooDeepAt: parser.offset - lexeme.length };
  }
  for (const token of parser.end()) parsed.push(token);
  return { parsed, lastQuoteAt };
}

/** An alias means the nearest earlier anchor of its name, in every place where it is expanded. */
function aliasTargetsIn(document: Document.Parsed): ReadonlyMap<Alias, Node> {
  const anchored = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Value: (_, node) => {
      if (node.anchor !== undefined) anchored.set(node.anchor, node);
    },
    Alias: (_, node) => {
      const target = anchored.get(node.source);
      if (target !== undefined) targets.set(node, target);
    },
  });
  return targets;
}

function positionIn(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return text.slice(start, end === -1 ? undefined : end);
}

/**
 * Where a person would look: the library reports a text without a closing quote at the end of the file, and a wrong
 * indentation at the start of the line.
 */
function offsetToShow(text: string, { code, message, pos }: YAMLError, lastQuoteAt: number): number {
  if (code === 'MISSING_CHAR' && message.startsWith('Missing closing')) return lastQuoteAt;
  if (code === 'BAD_INDENT') return pos[0] + (/^ */.exec(text.slice(pos[0]))?.[0].length ?? 0);
  const template = templateAt(lineAt(text, pos[0]));
  return template === -1 ? pos[0] : text.lastIndexOf('\n', pos[0] - 1) + 1 + template;
}
