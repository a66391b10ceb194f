/** An expected problem, returned rather than thrown. `code` is stable, for scripts; `message` is for people. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly user: string | null;
  /** Lower case, subject first; may end in a hint that can be pasted. */
  readonly message: string;
}
