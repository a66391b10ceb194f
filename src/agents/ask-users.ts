import { join } from 'node:path';
import { collectLines, type CollectedLines } from '../system/collect-lines.ts';
import type { UserAnswer, UserFailure, UserQuestion } from './reading-protocol.ts';

export type Reading =
  { readonly kind: 'read'; readonly answer: UserAnswer } | { readonly kind: 'failed'; readonly reason: string };

const userTimeoutMs = 5_000;
/** Ten times what 200 agents give. */
const maxAnswerBytes = 8 * 1024 * 1024;
/** It runs as root until it takes a user's ids: a user with very many agents is not to take the host's memory by it. */
const maxHeapMib = 256;
const program = join(import.meta.dirname, 'read-agents.cjs');

/**
 * Has the questions answered with the rights of the users they are about, by one process for all of them. A user whose
 * files keep it waiting is given up after a time limit, and the others' answers come from the next process.
 */
export async function askUsers(
  questions: readonly UserQuestion[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Reading>> {
  const readings = new Map<string, Reading>();
  let open = questions;
  while (open.length > 0) {
    const { lines, failure } = await collectLines([process.execPath, `--max-old-space-size=${maxHeapMib}`, program], {
      input: JSON.stringify(open),
      env: {},
      lineTimeoutMs: userTimeoutMs,
      maxLineBytes: maxAnswerBytes,
      signal,
    });
    signal.throwIfAborted();
    for (const [at, line] of lines.entries()) {
      // The lines are those of our own program, in the order of the questions.
      const question = open[at];
      if (question !== undefined) readings.set(question.user, readingOf(line));
    }
    const [stuck, ...others] = open.slice(lines.length);
    if (stuck !== undefined) readings.set(stuck.user, { kind: 'failed', reason: reasonOf(failure) });
    open = others;
  }
  return readings;
}

function readingOf(line: string): Reading {
  const answer: UserAnswer | UserFailure = JSON.parse(line);
  return 'failure' in answer ? { kind: 'failed', reason: answer.failure } : { kind: 'read', answer };
}

function reasonOf(failure: CollectedLines['failure']): string {
  switch (failure?.kind) {
    case 'timeout':
      return `the user's files could not be read within ${userTimeoutMs / 1000} s`;
    case 'too-much-output':
      return "the user's agents said more than is believable";
    case 'failed':
      return `the user's files could not be read: the process for it ${failure.words}`;
    case undefined:
      return "the user's files could not be read: the process for it gave too few answers";
  }
}
