/** What an agent is recognised by: a process of a pane. */
export interface AgentProcess {
  readonly pid: number;
  readonly ppid: number;
  readonly comm: string;
  readonly foreground: boolean;
  readonly argv: () => readonly string[] | null;
}

/** One kind of agent: how its processes are recognised and how its conversations are named and resumed. */
export interface Agent {
  readonly name: string;
  /** Whether the process is this agent, in any mode. */
  readonly recognises: (process: AgentProcess) => boolean;
  /** Whether a person converses with it, rather than a script having asked one thing. */
  readonly isInteractive: (process: AgentProcess) => boolean;
  /** The id of the conversation it holds; null when that cannot be told. */
  readonly conversationIdOf: (process: AgentProcess) => string | null;
  /** The command that resumes a conversation; null when the id is not one this agent could have given. */
  readonly resumeCommand: (id: string) => readonly string[] | null;
}
