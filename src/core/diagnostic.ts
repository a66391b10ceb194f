/** An expected problem, returned and not thrown. `code` is stable, for scripts; `message` is for people. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly user: string | null;
  /** Lower case, subject first; may end in a hint that the reader can paste. */
  readonly message: string;
}

/** One thing that a check of the host found. */
export interface Finding {
  readonly severity: 'ok' | 'warning' | 'error';
  /** What the check looked at. */
  readonly subject: string;
  readonly message: string;
  /** The command that mends it; null when nothing is wrong, or when no single command would mend it. */
  readonly mend: string | null;
}

/** A line of a file, and the place in it that is meant. Columns count from 1. */
export interface Excerpt {
  readonly line: number;
  readonly text: string;
  readonly column: number;
}

/** One breach of a JSON Schema, as the generated validators report it. */
export interface SchemaViolation {
  /** JSON pointer to the invalid value. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
  /** The invalid key, when the breach is about a key of the object at `instancePath`. */
  readonly propertyName?: string;
}
