import type { Diagnostic } from '../core/diagnostic.ts';
import { renderDiagnosticsText } from '../render/diagnostics-text.ts';
import { jsonText } from '../render/json-text.ts';
import type { VerboseTextOptions } from '../render/text-options.ts';
import type { Invocation } from './invocation.ts';

export interface Result {
  readonly document: () => unknown;
  readonly text: (options: VerboseTextOptions) => string;
  readonly diagnostics: readonly Diagnostic[];
}

/** Writes a result on stdout, as JSON where that was asked for, and what was found wrong on stderr. */
export function writeResult(invocation: Invocation, { document, text, diagnostics }: Result): void {
  const { args, terminal } = invocation;
  writeDiagnostics(invocation, diagnostics);
  if (args.has('json')) {
    terminal.writeOut(jsonText(document()));
    return;
  }
  terminal.writeOut(
    text({ color: terminal.colorOut, utcOffsetMinutes: terminal.utcOffsetMinutes, verbose: args.has('verbose') }),
  );
}

/** Writes what was found wrong on stderr; `--quiet` leaves the errors. */
export function writeDiagnostics({ args, terminal }: Invocation, diagnostics: readonly Diagnostic[]): void {
  const said = args.has('quiet') ? diagnostics.filter(({ severity }) => severity === 'error') : diagnostics;
  terminal.writeError(renderDiagnosticsText(said, { color: false }));
}
