import { chownSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from '../../src/system/host/accounts.ts';
import { run } from '../../src/system/programs/exec.ts';
import { asUser } from '../../src/system/programs/launch.ts';
import { makeDirectories } from './agent-stand-in.ts';
import type { SceneSpec } from './scene.ts';

const limitMs = 180_000;

/** Starts the sessions of one user on a server of their own, and waits until every agent has written down what it holds. */
export async function startSessions(user: Account, { sessions, agents }: SceneSpec): Promise<void> {
  const names = Array.from({ length: sessions }, (_, at) => `work-${String(at + 1).padStart(2, '0')}`);
  const commands = names.map((name, at) => {
    // Some sessions share a directory, as people's do.
    const directory = join(user.home, 'code', `project-${Math.floor(at / 2) + 1}`);
    makeDirectories(directory, user);
    return `new-session -d -s ${name} -c ${directory}${agents ? ` bash -c '${agentCommand(name)}; exec bash -l'` : ''}\n`;
  });
  const file = join(user.home, 'sessions.tmux');
  writeFileSync(file, commands.join(''));
  chownSync(file, user.uid, user.gid);
  const { exitCode, stderr, failure } = await run(tmuxAs(user, 'start-server', ';', 'source-file', file), {
    timeoutMs: limitMs,
    env: userEnvironment(user),
  });
  if (exitCode !== 0)
    throw new Error(`the sessions of ${user.name} could not be started: ${failure ?? exitCode} ${stderr}`);
  if (agents) await untilAllRegistered(user, sessions);
}

/** A tmux client of the user, as root calls it. The default socket of such a user is nobody else's. */
export function tmuxAs(user: Account, ...args: readonly string[]): readonly [string, ...string[]] {
  return asUser(user.name, ['tmux', '-u', '-f', '/dev/null', ...args]);
}

/** What a user's own login would set; a server keeps it for life. */
export function userEnvironment({ home, name, shell }: Account): Readonly<Record<string, string>> {
  const path = `${home}/.local/bin:/usr/local/bin:/usr/bin:/bin`;
  return { HOME: home, USER: name, LOGNAME: name, SHELL: shell, PATH: path, LANG: 'C.UTF-8' };
}

/** As a terminal's launcher starts it. */
function agentCommand(name: string): string {
  return `claude --dangerously-skip-permissions --name ${name}`;
}

async function untilAllRegistered({ home, name }: Account, expected: number): Promise<void> {
  const started = performance.now();
  for (;;) {
    const records = readdirSync(join(home, '.claude/sessions')).length;
    if (records === expected) return;
    if (performance.now() - started > limitMs) throw new Error(`${name} has ${records} agents, not ${expected}`);
    await delay(50);
  }
}
