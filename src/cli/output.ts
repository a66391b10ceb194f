import type { Diagnostic } from '../core/diagnostic.ts';
import { renderDiagnosticsText } from '../render/diagnostics.ts';
import { diagnosticLine, type JournalLine, journalText } from '../render/journal-text.ts';
import { jsonText } from '../render/json-text.ts';
import { cutLines } from '../render/printable.ts';
import type { VerboseTextOptions } from '../render/text-options.ts';
import type { Invocation } from './invocation.ts';

export interface Result {
  readonly document: () => unknown;
  readonly text: (options: VerboseTextOptions) => string;
  /** Text and diagnostics as systemd's journal is told them; left out where the text says it all. */
  readonly journal?: () => readonly JournalLine[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Writes a result on stdout, as JSON where that was asked for, and what was found wrong on stderr. */
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

/** Whether the result goes to systemd's journal. */
export function tellsJournal({ args, terminal }: Invocation): boolean {
  return terminal.journalOut && !args.has('json');
}

/** Writes lines for the journal on stdout; `--quiet` leaves the errors. */
export function writeJournal({ args, terminal }: Invocation, lines: readonly JournalLine[]): void {
  terminal.writeOut(journalText(lines.filter(({ priority }) => !args.has('quiet') || priority === 'error')));
}

/** Writes what was found wrong on stderr; `--quiet` leaves the errors. */
export function writeDiagnostics({ args, terminal }: Invocation, diagnostics: readonly Diagnostic[]): void {
  const said = args.has('quiet') ? diagnostics.filter(({ severity }) => severity === 'error') : diagnostics;
  const text = terminal.journalError
    ? journalText(said.map(diagnosticLine))
    : renderDiagnosticsText(said, { color: false });
  terminal.writeError(text);
}
