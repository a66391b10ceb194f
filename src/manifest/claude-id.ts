/** Whether a text has the form of a Claude conversation id (a lower-case UUID), and so is safe wherever one is expected. */
export function isClaudeId(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);
}
