import { isUuid } from '../../core/conversation.ts';

/** The conversation that a file name stands for; null for other files, such as a sub-agent's `agent-….jsonl`. */
export function idOfTranscriptName(name: string): string | null {
  const id = name.endsWith('.jsonl') ? name.slice(0, -'.jsonl'.length) : '';
  return isUuid(id) ? id : null;
}
