/** The most bytes of a message. Each agent that gets it has it on its command line. */
const maxMessageBytes = 4096;

/** Why a text cannot reach agents byte for byte as their first prompt, as a clause without a subject; null when it can. */
export function problemWithMessage(text: string): string | null {
  if (text.trim() === '') return 'is blank';
  if (text.includes('\0')) return 'has a NUL character, which no command line can hold';
  // Node reads bytes that are not UTF-8 as U+FFFD.
  if (/[\uFFFD\p{Cs}]/u.test(text)) return 'is not UTF-8';
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= maxMessageBytes) return null;
  return `has ${bytes} bytes, and at most ${maxMessageBytes} are allowed; put the text into a file, and name that file`;
}
