/** An expected problem, returned rather than thrown. `code` is stable, for scripts; `message` is for people. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly user: string | null;
  /** Lower case, subject first; may end in a hint that can be pasted. */
  readonly message: string;
}

/** One thing that a check of the host found. */
export interface Finding {
  readonly severity: 'ok' | 'warning' | 'error';
  /** What was looked at. */
  readonly subject: string;
  readonly message: string;
  /** The command that mends it; null when nothing is wrong, or no single command would. */
  readonly mend: string | null;
}

/** One breach of a JSON Schema, as the generated validators report it. */
export interface SchemaViolation {
  /** JSON pointer to the value at fault. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
  /** Set when it is a key of the object at `instancePath` that is at fault. */
  readonly propertyName?: string;
}
