/** The text of a manual page in the macros of man(7), line by line. */
export type Roff = readonly string[];

export interface ManualTitle {
  readonly name: string;
  readonly number: 1 | 5 | 8;
  /** What the page is about, after its name. */
  readonly purpose: string;
  readonly version: string;
}

/** A whole page. It has no date, so that the same sources give the same bytes. */
export function manualPage({ name, number, purpose, version }: ManualTitle, body: Roff): string {
  return [
    `.TH ${name.toUpperCase()} ${number} "" "tmux-persist ${version}" "tmux-persist manual"`,
    // What one copies from it shall have no other hyphens and blanks. groff_man(7) has HY, others have .nh.
    '.nr HY 0',
    '.nh',
    '.ad l',
    '.SH NAME',
    `${escaped(name)} \\- ${escaped(purpose)}`,
    ...body,
    '',
  ].join('\n');
}

export function section(title: string, body: Roff): Roff {
  return [`.SH ${title.toUpperCase()}`, ...withoutFirstBreak(body)];
}

export function subsection(title: string, body: Roff): Roff {
  return [`.SS "${escaped(title).replaceAll('"', '\\(dq')}"`, ...withoutFirstBreak(body)];
}

export function paragraph(words: string): Roff {
  return ['.PP', text(words)];
}

/** A term, and below it what it means. */
export function entry(term: string, meaning: string): Roff {
  return ['.TP', `\\fB${escaped(term)}\\fR`, text(meaning)];
}

/** Lines that are shown as they are. */
export function verbatim(lines: readonly string[]): Roff {
  return ['.PP', '.EX', ...lines.map((line) => text(line)), '.EE'];
}

/** A title begins a paragraph itself. */
function withoutFirstBreak(body: Roff): Roff {
  return body[0] === '.PP' ? body.slice(1) : body;
}

/** A line of text. groff takes a line that begins with a dot or an apostrophe for a request (groff(7)). */
function text(words: string): string {
  const line = escaped(words);
  return /^[.']/.test(line) ? `\\&${line}` : line;
}

/** A plain `-` becomes a hyphen in UTF-8 output, which no shell takes for an option. */
function escaped(words: string): string {
  return words
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '')
    .replaceAll(/[^ -~]/gu, unicodeEscape);
}

/** groff_char(7). Not every groff reads UTF-8. */
function unicodeEscape(character: string): string {
  return `\\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
}
