import { spawn } from 'node:child_process';
import { variable, type Context } from './context.ts';

/** What a tool's process is started with. The id is that of the moment: it does not change with `/clear`. */
export function toolEnvironment({ profile, entrypoint }: Context, sessionId: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    CLAUDECODE: '1',
    CLAUDE_CODE_ENTRYPOINT: entrypoint,
    CLAUDE_CODE_CHILD_SESSION: '1',
    CLAUDE_PID: String(process.pid),
    CLAUDE_CODE_SESSION_ID: profile.tellsShellChildren ? sessionId : undefined,
  };
}

/** An MCP server is told the conversation, but not that it is inside of one. */
export function mcpEnvironment({ profile }: Context, sessionId: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    CLAUDE_CODE_CHILD_SESSION: undefined,
    CLAUDE_CODE_SESSION_ID: profile.tellsMcpChildren ? sessionId : undefined,
  };
}

/** Starts a process in a session of its own. It reads from this one, and ends when this one does, however that is. */
export function startChild(argv: readonly [string, ...string[]], env: NodeJS.ProcessEnv): number {
  const [file, ...args] = argv;
  const child = spawn(file, args, { env, stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  child.on('error', ({ message }) => process.stderr.write(`${message}\n`));
  return child.pid ?? 0;
}

/** The command that runs this program again, in the way that it runs itself. */
export function ownCommand({ program }: Context): readonly [string, ...string[]] {
  return program === process.execPath ? [program] : [process.execPath, program];
}

/** Does what a SessionStart hook of the user would do. */
export function stampSession(context: Context, transcript: string): void {
  const pane = variable('TMUX_PANE');
  if (context.settings.options.stampsSession !== true || pane === null) return;
  spawn('tmux', ['set-option', '-t', pane, '@claude_transcript', transcript], { stdio: 'ignore' });
}
