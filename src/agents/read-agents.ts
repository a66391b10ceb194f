import { readSync, writeSync } from 'node:fs';
import process from 'node:process';
import { HostReadError } from '../system/errors.ts';
import { expectShortRun } from '../system/programs/exec.ts';
import { splitLines } from '../system/programs/line-program.ts';
import { answerQuestion, asUserInProcess } from './answer-question.ts';
import type { UserAnswer, UserFailure, UserQuestion } from './reading-protocol.ts';

expectShortRun();
// A separate program, because it reads users' files as those users. It may be killed when a file system of theirs
// hangs.
writeSync(1, 'ready\n');
for (const line of linesOf(0)) {
  const question: UserQuestion = JSON.parse(line);
  const answer = asUserInProcess(question, () => answerOrFailure(question));
  writeSync(1, `${JSON.stringify(answer)}\n`);
}
process.exitCode = 0;

function answerOrFailure(question: UserQuestion): UserAnswer | UserFailure {
  try {
    return answerQuestion(question);
  } catch (error) {
    if (error instanceof HostReadError) return { user: question.user, failure: error.message };
    throw error;
  }
}

/** Reads synchronously, because no other work may run while the process has a user's ids. */
function* linesOf(descriptor: number): Generator<string> {
  const { add } = splitLines();
  for (;;) {
    const chunk = Buffer.allocUnsafe(64 * 1024);
    const count = readSync(descriptor, chunk);
    if (count === 0) return;
    yield* add(chunk.subarray(0, count));
  }
}
