/**
 * Runs an agent the way its user would, and leaves the user's login shell when it ends. The text is constant: the shell
 * and the agent's words come as positional parameters, so nothing in them can become code. The trap keeps the pane when a Ctrl-C ends the agent, which gets it as well.
 */
const script = `
shell=$1
shift
trap : INT QUIT
case \${shell##*/} in
  fish) "$shell" -l -i -c 'exec $argv' "$@" ;;
  *) "$shell" -l -i -c 'exec "$@"' "$shell" "$@" ;;
esac
status=$?
case $status in
  126 | 127) how='could not be started' ;;
  *) how='ended' ;;
esac
printf '\\n[tmux-persist] %s %s (exit status %s); to resume: %s\\n' "$1" "$how" "$status" "$*"
exec "$shell" -l
`;

/** The command of a pane that runs `argv` through the user's login, interactive shell, so that PATH is theirs. */
export function paneCommand(shell: string, argv: readonly string[]): readonly string[] {
  return ['/bin/sh', '-c', script, 'tmux-persist', shell, ...argv];
}

/** Whether a line of a pane's text is the one that says that this agent has ended. */
export function endOfAgentIn(line: string, agent: string): boolean {
  return line.startsWith('[tmux-persist] ') && line.includes(agent);
}
