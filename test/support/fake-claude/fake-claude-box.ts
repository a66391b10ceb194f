import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PrivateTmux } from '../private-tmux.ts';
import { startFakeClaude, tmuxForFakeClaude, type FakeClaudePane, type FakeClaudeRun } from './fake-claude-pane.ts';
import { installFakeClaude, type FakeClaude, type FakeClaudeInstallation } from './install-fake-claude.ts';
import { projectSlug } from './project-slug.ts';

/** A home with the double in it, and a private tmux to run it in; both go away with the running test. */
export interface FakeClaudeBox {
  readonly own: PrivateTmux;
  readonly fake: FakeClaude;
  readonly home: string;
  readonly configDirectory: string;
  /** Makes a directory below the home. */
  readonly directory: (name: string) => string;
  /** Starts it in a pane, in the home unless another directory is given. */
  readonly start: (run?: Partial<FakeClaudeRun>) => FakeClaudePane;
  /** Runs it without a terminal: `print('-p', 'hello')`. */
  readonly print: (...args: readonly string[]) => PrintResult;
  readonly printIn: (cwd: string, ...args: readonly string[]) => PrintResult;
  /** Where the transcript of a conversation is when it was held in the directory. */
  readonly transcript: (cwd: string, id: string) => string;
}

export interface PrintResult {
  readonly exitCode: number | null;
  readonly output: string;
}

export function fakeClaudeBox(installation: Omit<FakeClaudeInstallation, 'directory'> = {}): FakeClaudeBox {
  const fakes: FakeClaude[] = [];
  const own = tmuxForFakeClaude(() => fakes);
  const home = own.directory;
  const fake = installFakeClaude({ directory: join(home, '.local/bin'), ...installation });
  fakes.push(fake);
  const configDirectory = join(home, '.claude');
  const printIn: FakeClaudeBox['printIn'] = (cwd, ...args) => {
    const env = { HOME: home, PATH: own.target.searchPath };
    const run = spawnSync(fake.command, args, { cwd, env, encoding: 'utf8', timeout: 25_000 });
    return { exitCode: run.status, output: run.stdout + run.stderr };
  };
  return {
    own,
    fake,
    home,
    configDirectory,
    directory: (name) => {
      mkdirSync(join(home, name), { recursive: true });
      return join(home, name);
    },
    start: (run = {}) => startFakeClaude(own, fake, { cwd: home, ...run }),
    print: (...args) => printIn(home, ...args),
    printIn,
    transcript: (cwd, id) => join(configDirectory, 'projects', projectSlug(cwd), `${id}.jsonl`),
  };
}
