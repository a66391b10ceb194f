const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text has the form of Claude Code's conversation ids (a lower-case UUID), and so is safe wherever one is expected. */
export function isConversationId(text: string): boolean {
  return uuid.test(text);
}

/** The conversation that a file name stands for; null for other files, such as a sub-agent's `agent-….jsonl`. */
export function idOfTranscriptName(name: string): string | null {
  const id = name.endsWith('.jsonl') ? name.slice(0, -'.jsonl'.length) : '';
  return isConversationId(id) ? id : null;
}
