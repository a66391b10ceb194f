/** An option that told this run where its roster, its records or its tmux servers are: a command that it prints repeats it. */
export interface GivenOption {
  /** With its dashes. */
  readonly name: '--roster' | '--state-dir' | '--socket-name';
  readonly value: string;
}
