import { basename } from 'node:path';

export interface PaneCommandOptions {
  /** What the pane calls it when it ends. */
  readonly agent: string;
  /** Set for the agent alone. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables that the agent must not have: names, or beginnings of names with a `*`. */
  readonly unset: readonly string[];
  /** A command that resumes it, on one line; null when there is none. */
  readonly resumeHint: string | null;
}

/**
 * The command of a pane that runs an agent the way its user would, and leaves the user's login shell when it ends.
 *
 * The user's login, interactive shell sets up what the agent needs, PATH above all, and becomes the `sh` that has the
 * agent as its foreground job. The texts of both are constant: everything else is a positional parameter.
 */
export function paneCommand(
  shell: string,
  argv: readonly string[],
  { agent, env, unset, resumeHint }: PaneCommandOptions,
): readonly string[] {
  const assignments = Object.entries(env).flatMap(([name, value]) =>
    /^[A-Za-z_]\w*$/.test(name) ? [`${name}=${value}`] : [],
  );
  return [
    ...loginWords(shell),
    '-i',
    '-c',
    script,
    'tmux-persist',
    shell,
    agent,
    resumeHint ?? '',
    ...unset,
    '--',
    ...(assignments.length > 0 ? ['env', ...assignments] : []),
    ...argv,
  ];
}

/** Whether a line of a pane's text is the one that says that this agent has ended. */
export function endOfAgentIn(line: string, agent: string): boolean {
  return endings.some((ending) => line.startsWith(`[tmux-persist] ${agent} ${ending} (exit status `));
}

const endings = ['ended', 'could not be started'] as const;

/** A shell that is not known to take these options leaves the login to `sh`, and gets the pane when the agent ends. */
function loginWords(shell: string): readonly string[] {
  switch (basename(shell)) {
    case 'fish':
      return [shell, '-l', '-i', '-c', 'exec $argv', '/bin/sh'];
    case 'bash':
    case 'zsh':
    case 'dash':
    case 'sh':
      return [shell, '-l', '-i', '-c', 'exec "$@"', shell, '/bin/sh'];
    default:
      return ['/bin/sh', '-l'];
  }
}

/**
 * Interactive, for then the agent is a job of its own, and an `sh` that is bash (5.2) outlives a Ctrl-C that ends it. A
 * function calls itself because a stopped job ends every loop in bash. The variables bear names that no environment has.
 */
const script = `
trap : INT QUIT
(
  shift 3
  for tmux_persist_name in $(env | sed -n 's/^\\([A-Za-z_][A-Za-z0-9_]*\\)=.*/\\1/p'); do
    for tmux_persist_pattern do
      [ "$tmux_persist_pattern" = -- ] && break
      case $tmux_persist_name in $tmux_persist_pattern) unset "$tmux_persist_name" ;; esac
    done
  done
  until [ "$1" = -- ]; do shift; done
  shift
  exec "$@"
)
set -- "$1" "$2" "$3" "$?"
while_stopped() {
  kill -0 %1 2>/dev/null || return "$4"
  printf '\\n[tmux-persist] %s is stopped; it goes on when you leave this shell\\n' "$2"
  "$1" -l
  fg %1 >/dev/null 2>&1
  while_stopped "$1" "$2" "$3" "$?"
}
while_stopped "$@"
set -- "$1" "$2" "$3" "$?"
case $4 in
  126 | 127) set -- "$@" '${endings[1]}' ;;
  *) set -- "$@" '${endings[0]}' ;;
esac
printf '\\n[tmux-persist] %s %s (exit status %s)%s\\n' "$2" "$5" "$4" "\${3:+; to resume: $3}"
[ -x "$1" ] && exec "$1" -l
exec /bin/sh
`;
