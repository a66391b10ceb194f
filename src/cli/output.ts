import { fstatSync } from 'node:fs';
import type { Diagnostic } from '../core/diagnostic.ts';
import { renderDiagnosticsText } from '../render/diagnostics.ts';
import { diagnosticLine, type JournalLine, type JournalPriority, journalText } from '../render/watch/journal.ts';
import { jsonText } from '../render/text/json-text.ts';
import { cutLines, printable, type VerboseTextOptions } from '../render/text/printable.ts';
import { quietly } from '../system/files/read-file.ts';
import type { Invocation, Terminal } from './invocation.ts';

export interface Result {
  readonly document: () => unknown;
  readonly text: (options: VerboseTextOptions) => string;
  /** Text and diagnostics as journal lines; left out when the text is enough. */
  readonly journal?: () => readonly JournalLine[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Writes a result on stdout, as JSON if the user asked for it, and diagnostics on stderr. */
export function writeResult(invocation: Invocation, { document, text, journal, diagnostics }: Result): void {
  const { args, terminal } = invocation;
  if (args.has('json')) {
    writeDiagnostics(invocation, diagnostics);
    terminal.writeOut(jsonText(document()));
    return;
  }
  if (journal !== undefined && tellsJournal(invocation)) {
    writeJournal(invocation, journal());
    if (!terminal.journalError) writeDiagnostics(invocation, diagnostics);
    return;
  }
  writeDiagnostics(invocation, diagnostics);
  const { colorOut: color, utcOffsetMinutes } = terminal;
  terminal.writeOut(cutLines(text({ color, utcOffsetMinutes, verbose: args.has('verbose') })));
}

/** Writes a result that is rows for a program, unless JSON was asked for, and diagnostics on stderr. */
export function writeTable(
  invocation: Invocation,
  { document, table, diagnostics }: Pick<Result, 'document' | 'diagnostics'> & { readonly table: () => string },
): void {
  const { args, terminal } = invocation;
  writeDiagnostics(invocation, diagnostics);
  terminal.writeOut(args.has('json') ? jsonText(document()) : table());
}

/** Whether the result goes to systemd's journal. */
export function tellsJournal({ args, terminal }: Invocation): boolean {
  return terminal.journalOut && !args.has('json');
}

/** Writes lines for the journal on stdout; with `--quiet` only errors. */
export function writeJournal({ args, terminal }: Invocation, lines: readonly JournalLine[]): void {
  terminal.writeOut(journalText(lines.filter(({ priority }) => !args.has('quiet') || priority === 'error')));
}

/** Writes diagnostics on stderr; with `--quiet` only errors. */
export function writeDiagnostics({ args, terminal }: Invocation, diagnostics: readonly Diagnostic[]): void {
  const said = args.has('quiet') ? diagnostics.filter(({ severity }) => severity === 'error') : diagnostics;
  const text = terminal.journalError
    ? journalText(said.map(diagnosticLine))
    : renderDiagnosticsText(said, { color: false });
  terminal.writeError(text);
}

/**
 * Writes one message on stderr, with the program's name. In the journal, which knows the name, it has its priority
 * instead. The message may quote text that users choose, such as session names, so it is made safe to print.
 */
export function sayOnStderr(
  { writeError, journalError }: Pick<Terminal, 'writeError' | 'journalError'>,
  priority: JournalPriority,
  text: string,
): void {
  writeError(journalError ? journalText([{ priority, text }]) : `tmux-persist: ${printable(text)}\n`);
}

/**
 * Whether a standard stream is systemd's journal. systemd names the device and inode of the stream that it connected. A
 * program that redirects the stream still passes the variable on (systemd.exec(5), $JOURNAL_STREAM).
 */
export function isJournal(env: Readonly<Record<string, string | undefined>>, descriptor: 1 | 2): boolean {
  const named = env['JOURNAL_STREAM'] ?? '';
  if (named === '') return false;
  const stream = quietly(() => fstatSync(descriptor, { bigint: true }));
  return stream !== null && named === `${stream.dev}:${stream.ino}`;
}
