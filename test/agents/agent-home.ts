import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { getuid } from 'node:process';
import { onTestFinished } from 'vitest';
import type { Agent, AgentProcess, AgentReading } from '../../src/agents/agent.ts';
import { boundedFiles, type UserFiles } from '../../src/agents/user-files.ts';
import type { AgentLaunch } from '../../src/core/conversation.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';

/** A home of the user who runs the tests, read as the reading process does. */
export interface AgentHome {
  readonly path: string;
  readonly files: UserFiles;
  /** Writes a file below the home, and returns its path. */
  readonly write: (name: string, text: string) => string;
}

export const ownUid = getuid?.() ?? 0;

export function agentHome(): AgentHome {
  const path = temporaryDirectory();
  return {
    path,
    files: boundedFiles(ownUid, path),
    write: (name, text) => {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
  };
}

/** A living process that has these files open; it ends with the test. */
export function holderOf(...paths: readonly string[]): number {
  const descriptors = paths.map((path) => openSync(path, 'a'));
  const child = spawn('sleep', ['1000'], { stdio: ['ignore', 'ignore', 'ignore', ...descriptors] });
  onTestFinished(() => void child.kill('SIGKILL'));
  for (const descriptor of descriptors) closeSync(descriptor);
  if (child.pid === undefined) throw new Error('sleep could not be started');
  return child.pid;
}

/** A living process that has run a line of `sh`, in which `$0` is `word`; it ends with the test. */
export function holderByScript(script: string, word: string): number {
  const child = spawn('sh', ['-c', `${script}; exec sleep 1000`, word], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const { pid } = child;
  if (pid === undefined) throw new Error('sh could not be started');
  waitUntil(() => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n', 'the end of a script');
  return pid;
}

/** Start time of a living process, in clock ticks as text. */
export function startTimeOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** Start of every process that does not say otherwise. */
export const startedAtMs = Date.UTC(2026, 10, 20, 12, 0, 0);

/** A process that runs `argv` in the home, and shows nothing else of itself. */
export function processIn(
  { path }: Pick<AgentHome, 'path'>,
  argv: readonly string[],
  { variables = {}, ...facts }: Partial<AgentProcess> & { readonly variables?: Readonly<Record<string, string>> } = {},
): AgentProcess {
  return {
    pid: 2 ** 30,
    ppid: 1,
    startTime: '100',
    startedAtMs,
    comm: 'agent',
    exe: argv[0] ?? null,
    argv,
    cwd: path,
    env: (name) => variables[name] ?? null,
    children: [],
    ancestors: [],
    stamp: null,
    ...facts,
  };
}

/** What an agent reads of one process. */
export function readingOf(agent: Agent, process: AgentProcess, { files }: AgentHome): AgentReading {
  const reading = agent.readConversations([process], files).get(process);
  if (reading === undefined) throw new Error(`${agent.name} left a process out`);
  return reading;
}

export function launchIn({ path }: AgentHome, overrides: Partial<AgentLaunch> = {}): AgentLaunch {
  return { executable: 'agent', args: [], droppedArgs: [], env: {}, directory: path, ...overrides };
}
