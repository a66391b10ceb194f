/**
 * Variables that Claude Code sets for its child processes. An interactive Claude Code that inherits them behaves as a
 * tool of another one. With CLAUDE_CODE_CHILD_SESSION it writes no record and no transcript (2.1.200), so nothing can
 * be resumed. A tmux server or a pane must not start with them.
 */
export const poisonVariables = [
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
  'AI_AGENT',
  'TRACEPARENT',
] as const;

/** Families of such variables, by the start of their names. */
export const poisonPrefixes = ['CLAUDE_BG_', 'CLAUDE_CODE_RELAUNCH_'] as const;

/** Whether a variable of this name must not reach an interactive agent. */
export function isPoisonVariable(name: string): boolean {
  return poisonVariables.some((one) => one === name) || poisonPrefixes.some((prefix) => name.startsWith(prefix));
}
