import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from './persist-sandbox.ts';
import { waitUntil } from './private-tmux.ts';

/** Stays in the foreground, as Claude Code does, until it reads `exit`; has been spoken to from the start. */
const script = String.raw`#!/bin/bash
case $1 in --resume | --session-id) ;; *) exit 64 ;; esac
transcripts=$HOME/.claude/projects/$(printf %s "$PWD" | tr -c a-zA-Z0-9 -)
mkdir -p "$transcripts"
printf '{"type":"user","sessionId":"%s","cwd":"%s"}\n' "$2" "$PWD" >>"$transcripts/$2.jsonl"
while read -r line; do
  if [[ $line == exit ]]; then exit 0; fi
done
`;

/** Puts a stand-in for `claude` into a home, where only a login shell finds it. */
export function writeFakeClaude(home: string): void {
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(home, 'bin/claude'), script);
  chmodSync(join(home, 'bin/claude'), 0o755);
  const profile = 'PATH="$HOME/bin:$PATH"\nexport PATH\nunset HISTFILE\n';
  for (const file of ['.profile', '.zprofile']) writeFileSync(join(home, file), profile);
}

/** Leaves the transcript of a conversation that was held in a directory at some time before. */
export function writeTranscript({ home }: Pick<Sandbox, 'home'>, id: string, cwd: string): void {
  const directory = join(home, '.claude/projects', cwd.replaceAll(/[^A-Za-z0-9]/g, '-'));
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, `${id}.jsonl`), `${JSON.stringify({ type: 'user', sessionId: id, cwd })}\n`);
}

/** The command that starts a conversation in a pane of its own. */
export function claudeCommand({ home }: Pick<Sandbox, 'home'>, id: string): readonly string[] {
  return ['--', join(home, 'bin/claude'), '--session-id', id];
}

/** Creates a session that runs one conversation, and waits until it does. */
export function newConversation(box: Sandbox, name: string, id: string, cwd = box.home): void {
  box.tmux('new-session', '-d', '-s', name, '-c', cwd, ...claudeCommand(box, id));
  waitUntil(() => claudeIn(box, `=${name}:`) !== null, `a conversation in ${name}`);
}

/** The arguments of the agent that runs in a pane, below its shell or in its place; null when none does. */
export function claudeIn(box: Sandbox, pane: string): readonly string[] | null {
  const pid = box.tmux('display-message', '-p', '-t', pane, '#{pane_pid}').trim();
  const running = [pid, ...descendantsOf(pid)]
    .map(argvOf)
    .find((argv) => argv.some((word) => word.endsWith('/claude')));
  return running?.slice(running.findIndex((word) => word.endsWith('/claude')) + 1) ?? null;
}

/** How many agents of this sandbox hold the conversation. */
export function holdersOf({ home }: Sandbox, id: string): number {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => argvOf(pid)[1] === join(home, 'bin/claude') && argvOf(pid).includes(id)).length;
}

function descendantsOf(pid: string): readonly string[] {
  const children = readOrNothing(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean);
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

function argvOf(pid: string): readonly string[] {
  return readOrNothing(`/proc/${pid}/cmdline`).split('\0').slice(0, -1);
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
