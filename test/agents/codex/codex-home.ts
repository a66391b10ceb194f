import type { AgentReading } from '../../../src/agents/agent.ts';
import { codex } from '../../../src/agents/codex/codex.ts';
import { type AgentHome, launchIn, processIn, readingOf, startedAtMs } from '../agent-home.ts';

/** Conversations of tests. */
export const one = '01a1fc6c-7190-7ba1-b22a-152d04d0a446';
export const two = '01a1fc70-00a9-7863-8bc1-87e1b223c271';

/** Writes a rollout file, as Codex 0.169.0 does, and returns its path. */
export function rollout(
  home: AgentHome,
  id: string,
  meta: Readonly<Record<string, unknown>> | null = {},
  text = line(id, meta ?? {}),
): string {
  return home.write(`.codex/sessions/2026/11/20/rollout-2026-11-20T12-00-02-${id}.jsonl`, text);
}

export function line(id: string, meta: Readonly<Record<string, unknown>> = {}): string {
  const payload = { id, cwd: '/home/emo/code', timestamp: after(2), source: 'cli', thread_source: 'user', ...meta };
  return `${JSON.stringify({ timestamp: after(2), type: 'session_meta', payload })}\n{"type":"event_msg"}\n`;
}

export function after(seconds: number): string {
  return new Date(startedAtMs + seconds * 1000).toISOString();
}

export function reading(
  home: AgentHome,
  { argv = ['codex'], ...facts }: Parameters<typeof processIn>[2] = {},
): AgentReading {
  return readingOf(codex, processIn(home, argv ?? ['codex'], facts), home);
}

export function resumable(home: AgentHome, id: string): ReturnType<typeof codex.checkResumable> {
  return codex.checkResumable({ id, launch: launchIn(home) }, home.files);
}
