import { readFileSync, writeSync } from 'node:fs';
import process from 'node:process';
import { expectShortRun } from '../system/short-run.ts';
import { answerQuestion } from './answer-question.ts';
import { asUserInProcess } from './as-user-in-process.ts';
import { HostReadError } from '../system/host-read-error.ts';
import type { UserAnswer, UserFailure, UserQuestion } from './reading-protocol.ts';

expectShortRun();
// A program of its own: it reads users' files as those users, and may be killed when a file system of theirs hangs.
const questions: readonly UserQuestion[] = JSON.parse(readFileSync(0, 'utf8'));
for (const question of questions) {
  const answer = asUserInProcess(question, () => answerOrFailure(question));
  // At once and whole, so that whoever waits knows how far this came.
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
