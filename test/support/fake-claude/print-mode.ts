import { readFileSync } from 'node:fs';
import type { Context } from './context.ts';
import { withPrompt } from './conversation.ts';
import type { Opening } from './opening.ts';
import { register } from './registry.ts';
import { appendHistory } from './transcript.ts';

/** Answers one prompt and ends; the prompt `wait` stays until standard input ends, as a long task would. */
export function printAnswer(context: Context, opening: Exclude<Opening, { readonly kind: 'refused' }>): void {
  const { commandLine } = context;
  if (opening.kind === 'picker') return refuse('Error: --resume requires a valid session ID when used with --print');
  const prompt = commandLine.prompt ?? readFileSync(0, 'utf8').trim();
  if (prompt === '') {
    return refuse('Error: Input must be provided either through stdin or as a prompt argument when using --print');
  }
  const { conversation } = opening;
  register(context, { sessionId: conversation.id, name: conversation.title });
  appendHistory(context, prompt, conversation.id);
  withPrompt(context, conversation, prompt, `you said: ${prompt}`);
  process.stdout.write(`you said: ${prompt}\n`);
  if (prompt !== 'wait') return;
  process.on('SIGTERM', () => process.exit(143));
  process.on('SIGHUP', () => process.exit(129));
  process.stdin.on('end', () => process.exit(0)).resume();
}

function refuse(words: string): void {
  process.stderr.write(`${words}\n`);
  process.exitCode = 1;
}
