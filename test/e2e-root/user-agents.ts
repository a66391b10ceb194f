import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { panesOf } from '../../src/core/manifest.ts';
import { readNewestValid } from '../../src/state/snapshot-store.ts';
import { type FakeClaude, installFakeClaude } from '../support/fake-claude/install-fake-claude.ts';
import { projectSlug } from '../support/fake-claude/project-slug.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { processesOf } from '../support/unix-processes.ts';
import type { UnixUser } from '../support/unix-users.ts';
import type { SharedHost } from './shared-host.ts';

/** The double of Claude Code, installed for one user. */
export interface UserAgents {
  readonly fake: FakeClaude;
  readonly start: (session: string) => void;
  /** Starts a session with that command line, which is to end in an agent, and waits until it can be spoken to. */
  readonly startCommand: (session: string, ...command: readonly string[]) => void;
  readonly say: (session: string, words: string) => string;
  readonly pidIn: (session: string) => number;
  readonly kill: () => void;
  readonly runningArgs: () => Readonly<Record<string, readonly string[] | null>>;
}

/** Installs the double for a user, where only a login shell finds it. */
export function agentsOf(user: UnixUser, version = '2.1.329'): UserAgents {
  user.run('rm', '-rf', join(user.home, '.local'), join(user.home, '.claude'));
  const fake = installFakeClaude({ directory: join(user.home, '.local/bin'), version });
  writeAs(user, join(user.home, '.profile'), 'PATH="$HOME/.local/bin:$PATH"\nunset HISTFILE\n');
  const shows = (session: string, words: string): void =>
    waitUntil(
      () => user.tmux('capture-pane', '-p', '-J', '-S', '-', '-t', `=${session}:`).includes(words),
      `"${words}" in ${session} of ${user.name}`,
    );
  const startCommand = (session: string, ...command: readonly string[]): void => {
    user.startSession(session, ...command);
    shows(session, 'ready');
  };
  return {
    fake,
    start: (session) => startCommand(session, fake.command, '--verbose'),
    startCommand,
    say: (session, words) => {
      user.tmux('send-keys', '-t', `=${session}:`, '-l', words);
      user.tmux('send-keys', '-t', `=${session}:`, 'Enter');
      shows(session, `you said: ${words}`);
      return conversationWith(user, words);
    },
    pidIn: (session) => Number(user.tmux('display-message', '-p', '-t', `=${session}:`, '#{pane_pid}')),
    kill: () => {
      user.killServer();
      waitUntil(() => runningOf(user, fake).length === 0, `the end of the agents of ${user.name}`);
    },
    runningArgs: () => {
      const rows = user.tmux('list-panes', '-a', '-F', '#{pane_id} #{session_name}').trim().split('\n');
      return Object.fromEntries(
        rows.map((row) => {
          const [pane, session = ''] = row.split(' ');
          const start = runningOf(user, fake).find(({ env }) => env['TMUX_PANE'] === pane);
          return [session, start?.args.filter((word) => word !== '--verbose') ?? null];
        }),
      );
    },
  };
}

function runningOf({ uid }: UnixUser, fake: FakeClaude) {
  const pids = processesOf(uid);
  return fake.starts().filter(({ pid }) => pids.includes(pid));
}

function conversationWith({ home }: UnixUser, words: string): string {
  const projects = join(home, '.claude/projects');
  const [name, ...others] = readdirSync(projects, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.jsonl') && readFileSync(join(projects, path), 'utf8').includes(words),
  );
  if (name === undefined || others.length > 0) throw new Error(`"${words}" is not in exactly one transcript`);
  return name.slice(name.lastIndexOf('/') + 1, -'.jsonl'.length);
}

export function recordPath({ home }: UnixUser, pid: number): string {
  return join(home, '.claude/sessions', `${pid}.json`);
}

export function transcriptPath({ home }: UnixUser, id: string): string {
  return join(home, '.claude/projects', projectSlug(home), `${id}.jsonl`);
}

export function writeAs({ uid, gid }: UnixUser, path: string, text: string): void {
  mkdirAs(dirname(path), uid, gid);
  writeFileSync(path, text);
  chownSync(path, uid, gid);
}

function mkdirAs(path: string, uid: number, gid: number): void {
  if (existsSync(path)) return;
  mkdirAs(dirname(path), uid, gid);
  mkdirSync(path);
  chownSync(path, uid, gid);
}

function panesStored({ stateDirectory }: SharedHost, { name }: UnixUser) {
  const sessions = readNewestValid(stateDirectory, name).newest?.manifest.sessions ?? [];
  return sessions.flatMap((session) => panesOf(session).map((pane) => ({ session: session.name, pane })));
}

/** What the record says of every pane, by session. */
export function heldBy(shared: SharedHost, user: UnixUser): Readonly<Record<string, string>> {
  return Object.fromEntries(
    panesStored(shared, user).map(({ session, pane: { conversation, agent } }) => [
      session,
      conversation?.id ?? agent?.found.kind ?? 'shell',
    ]),
  );
}

export function sourceIn(shared: SharedHost, user: UnixUser, name: string): string | null {
  const found = panesStored(shared, user).find(({ session }) => session === name)?.pane.agent?.found;
  return found?.kind === 'conversation' ? found.source : null;
}
