/** What a server that is not tmux does to those who connect to it. */
export type Behaviour =
  /** Accepts, and neither reads nor writes. */
  | { readonly kind: 'hang' }
  | { readonly kind: 'close'; readonly afterMs: number }
  | { readonly kind: 'garbage' }
  /** A byte a second. */
  | { readonly kind: 'trickle' }
  /** Gigabytes, as fast as they are taken, on the client's stdout (1) or stderr (2). */
  | { readonly kind: 'flood'; readonly stream: 1 | 2 }
  /** Has the client print something: the answer to the first command that has the word `to`, else the last one. */
  | {
      readonly kind: 'lie';
      readonly answers: readonly Lie[];
      /** From then on it hangs; null for never. */
      readonly hangsAfter: number | null;
    }
  /** Has the client write one file and read another. */
  | { readonly kind: 'steal'; readonly write: string; readonly read: string }
  /** Has the client become a shell that runs the command: by MSG_EXEC, or by MSG_SHELL, whose shell gets the command as its name. */
  | { readonly kind: 'exec' | 'shell'; readonly command: string };

export interface Lie {
  readonly to: string;
  readonly afterMs: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}
