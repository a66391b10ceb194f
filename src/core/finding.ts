/** One thing that a check of the host found. */
export interface Finding {
  readonly severity: 'ok' | 'warning' | 'error';
  /** What was looked at. */
  readonly subject: string;
  readonly message: string;
  /** The command that mends it; null when nothing is wrong, or no single command would. */
  readonly mend: string | null;
}
