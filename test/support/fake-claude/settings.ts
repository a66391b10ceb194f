import { existsSync, readFileSync, realpathSync } from 'node:fs';

/** How Claude Code was put on the machine, which decides how its process looks. */
export type Packaging =
  /** `bin/claude` → `share/claude/versions/VERSION`, one executable. */
  | 'native'
  /** npm since 2.1.113: `bin/claude` → `…/@anthropic-ai/claude-code/bin/claude.exe`, one executable. */
  | 'npm'
  /** npm up to 2.1.112: `bin/claude` → `…/@anthropic-ai/claude-code/cli.js`, run by Node, which overwrites its arguments. */
  | 'npm-node';

/** How one installation misbehaves. All times are 0 and all faults absent unless given. */
export interface FakeClaudeOptions {
  /** From the start of the process until anything of it is to be seen but the process. */
  readonly startDelayMs?: number;
  /** From there until `sessions/PID.json` is written for the first time. */
  readonly registrationDelayMs?: number;
  /** How long each write of `sessions/PID.json` leaves half of it there. */
  readonly tornRecordMs?: number;
  /** How long `sessions/PID.json` shows the throw-away id of the start when a conversation is resumed. */
  readonly startIdMs?: number;
  /** Laid over what `sessions/PID.json` holds: `{ kind: 'bg' }`, `{ parkedJobId: … }`; null takes a field out. */
  readonly record?: Readonly<Record<string, unknown>>;
  /** Leaves the transcript's path in `@claude_transcript` of the tmux session, as a SessionStart hook would. */
  readonly stampsSession?: boolean;
  /** Every interactive start ends like this, before it shows its conversation. */
  readonly failure?: { readonly afterMs: number; readonly exitCode: number; readonly words: string };
}

export interface Settings {
  readonly version: string;
  readonly packaging: Packaging;
  readonly logDirectory: string;
  readonly options: FakeClaudeOptions;
}

/** The path of the program that runs: the executable itself, or the script that Node was given. */
export function ownProgram(): string {
  if (existsSync(settingsPathOf(process.execPath))) return process.execPath;
  return realpathSync(process.argv[1] ?? '');
}

/** They come from a file, because a restored agent starts in a clean environment. */
export function readSettings(program: string): Settings {
  return JSON.parse(readFileSync(settingsPathOf(program), 'utf8'));
}

export function settingsPathOf(program: string): string {
  return `${program}.double.json`;
}
