import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { panesOf } from '../../src/core/manifest.ts';
import { installFakeClaude, type FakeClaude, type FakeClaudeInstallation } from './fake-claude/install-fake-claude.ts';
import type { FakeClaudeStart } from './fake-claude/log-start.ts';
import { sandbox, type PersistResult, type Sandbox } from './persist-sandbox.ts';
import { waitUntil } from './private-tmux.ts';
import { storedManifest } from './stored-record.ts';

/** A sandbox whose user has the test double of Claude Code on PATH. */
export interface AgentBox {
  readonly box: Sandbox;
  readonly fake: FakeClaude;
  readonly configDirectory: string;
  /** Starts a session that runs the double, and waits until it can be spoken to. */
  readonly start: (session: string, run: AgentRun) => void;
  /** Starts a session that runs a command line, and waits for nothing. */
  readonly startCommand: (session: string, cwd: string, ...command: readonly string[]) => void;
  /** Types a line into the session's pane, and waits until the screen shows the words. */
  readonly type: (session: string, line: string, thenShows: string) => void;
  readonly shows: (session: string, words: string) => void;
  /** Speaks to the agent of a session; gives the conversation that the words are in. */
  readonly say: (session: string, words: string) => string;
  /** Leaves the agent as a person does; its session goes with it. */
  readonly end: (session: string) => void;
  readonly transcriptOf: (id: string) => string;
  readonly save: () => void;
  /** What the stored record says of every pane, by session: an id, `fresh`, `unidentified` or `shell`. */
  readonly stored: () => Held;
  /** Kills the server as an OOM kill does, and waits until its agents have ended. */
  readonly kill: () => void;
  readonly apply: () => PersistResult;
  /** The starts of agents that run now. */
  readonly alive: () => readonly FakeClaudeStart[];
  /** The starts of agents that run in each session now. */
  readonly running: (session: string) => readonly FakeClaudeStart[];
  /** The arguments of each agent that runs now, by session; null where none does. */
  readonly runningArgs: () => Readonly<Record<string, readonly string[] | null>>;
}

export interface AgentRun {
  readonly cwd: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly waitsFor?: string;
}

export type Held = Readonly<Record<string, string>>;

export interface AgentBoxOptions extends Omit<FakeClaudeInstallation, 'directory'> {
  readonly roster?: string;
  readonly searchPath?: string;
}

export function agentBox({ roster, searchPath, ...installation }: AgentBoxOptions = {}): AgentBox {
  const box = sandbox({
    ...(roster === undefined ? {} : { roster }),
    ...(searchPath === undefined ? {} : { searchPath }),
  });
  const { home, tmux } = box;
  const fake = installFakeClaude({ directory: join(home, '.local/bin'), ...installation });
  const configDirectory = join(home, '.claude');
  const profile = 'PATH="$HOME/.local/bin:$PATH"\nexport PATH\nunset HISTFILE\n';
  for (const file of ['.profile', '.zprofile']) writeFileSync(join(home, file), profile);
  const screen = (session: string): string => tmux('capture-pane', '-p', '-J', '-S', '-', '-t', `=${session}:`);
  const shows = (session: string, words: string): void =>
    waitUntil(() => screen(session).includes(words), `"${words}" in ${session}`);
  const type = (session: string, line: string, thenShows: string): void => {
    tmux('send-keys', '-t', `=${session}:`, '-l', line);
    tmux('send-keys', '-t', `=${session}:`, 'Enter');
    shows(session, thenShows);
  };
  const startCommand = (session: string, cwd: string, ...command: readonly string[]): void =>
    void tmux('new-session', '-d', '-s', session, '-x', '200', '-c', cwd, '--', ...command);
  const alive = (): readonly FakeClaudeStart[] => fake.starts().filter(({ pid }) => runsIn(home, pid));
  const running = (session: string): readonly FakeClaudeStart[] => {
    const panes = tmux('list-panes', '-s', '-t', `=${session}:`, '-F', '#{pane_id}').trim().split('\n');
    return alive().filter(
      ({ env }) => env['TMUX']?.startsWith(`${box.socketPath},`) === true && panes.includes(env['TMUX_PANE'] ?? ''),
    );
  };
  return {
    box,
    fake,
    configDirectory,
    start: (session, { cwd, args = [], env = {}, waitsFor = 'ready' }) => {
      const settings = { PATH: `${fake.directory}:${box.env['PATH']}`, ...env };
      const assignments = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
      startCommand(session, cwd, 'env', ...assignments, 'claude', ...args);
      if (waitsFor !== '') shows(session, waitsFor);
    },
    startCommand,
    type,
    shows,
    say: (session, words) => {
      type(session, words, `you said: ${words}`);
      return conversationWith(configDirectory, words);
    },
    end: (session) => {
      tmux('send-keys', '-t', `=${session}:`, '/exit', 'Enter');
      waitUntil(
        () => !tmux('list-sessions', '-F', '#{session_name}').split('\n').includes(session),
        `the end of ${session}`,
      );
    },
    transcriptOf: (id) => {
      const found = transcriptsIn(configDirectory).find((path) => path.endsWith(`/${id}.jsonl`));
      if (found === undefined) throw new Error(`no transcript of ${id}`);
      return found;
    },
    save: () => expect(box.persist('save')).toMatchObject({ exitCode: 0 }),
    stored: () => heldIn(box),
    kill: () => {
      box.killServer();
      waitUntil(() => alive().length === 0, 'the end of the agents');
    },
    apply: () => box.persist('apply'),
    alive,
    running,
    runningArgs: () => {
      const names = tmux('list-sessions', '-F', '#{session_name}').trim().split('\n').toSorted();
      return Object.fromEntries(names.map((name) => [name, running(name)[0]?.args ?? null]));
    },
  };
}

/** The id of the one conversation whose transcript holds the words. */
function conversationWith(configDirectory: string, words: string): string {
  const holding = transcriptsIn(configDirectory).filter((path) => readFileSync(path, 'utf8').includes(words));
  const [path] = holding;
  if (path === undefined || holding.length > 1) throw new Error(`"${words}" is in ${holding.length} transcripts`);
  return path.slice(path.lastIndexOf('/') + 1, -'.jsonl'.length);
}

function transcriptsIn(configDirectory: string): readonly string[] {
  const projects = join(configDirectory, 'projects');
  if (!existsSync(projects)) return [];
  return readdirSync(projects, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => join(projects, name));
}

function heldIn(box: Sandbox): Held {
  const rows = storedManifest(box).sessions.map((session): readonly [string, string] => [
    session.name,
    panesOf(session)
      .map(({ conversation, agent }) => conversation?.id ?? agent?.found.kind ?? 'shell')
      .join(' '),
  ]);
  return Object.fromEntries(rows);
}

/** Its pid may long be another's, and a zombie has no environment. */
function runsIn(home: string, pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`TMUX_TMPDIR=${home}\0`);
  } catch {
    return false;
  }
}
