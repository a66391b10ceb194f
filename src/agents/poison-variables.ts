/**
 * Variables that an agent must not inherit from another agent that happened to start the tmux server: with
 * `CLAUDE_CODE_CHILD_SESSION` in its environment Claude Code 2.1.200 writes neither a registry record nor a transcript.
 *
 * Names, or beginnings of names with a `*`. `TMUX` and `TMUX_PANE` belong to the list for a server that is started, but
 * not for a pane, whose own they are.
 */
export const poisonVariables: readonly string[] = [
  'CLAUDECODE',
  'CLAUDE_CODE_CHILD_SESSION',
  'CLAUDE_CODE_SESSION_ID',
  'CLAUDE_PID',
  'CLAUDE_CODE_ENTRYPOINT',
  'CLAUDE_CODE_EXECPATH',
  'CLAUDE_CODE_SSE_PORT',
  'CLAUDE_CODE_SESSION_KIND',
  'CLAUDE_CODE_SESSION_NAME',
  'CLAUDE_CODE_SESSION_ATTENDED',
  'CLAUDE_CODE_MESSAGING_SOCKET',
  'CLAUDE_JOB_DIR',
  'CLAUDE_BG_*',
  'CLAUDE_CODE_RELAUNCH_*',
  'AI_AGENT',
  'TRACEPARENT',
];
