import { createHash } from 'node:crypto';

const mark = '# Managed by tmux-persist';
const stampedLine = /^# Managed by tmux-persist; SHA-256 of what follows: ([0-9a-f]{64})\n/;

/** Puts the hash of all that follows into the first line, which bears our mark; throws for a file without the mark. */
export function stamped(text: string): string {
  if (!text.startsWith(`${mark}\n`)) throw new TypeError(`a unit file does not start with: ${mark}`);
  const rest = text.slice(mark.length + 1);
  return `${mark}; SHA-256 of what follows: ${sha256(rest)}\n${rest}`;
}

/** Whose file it is: as we wrote it, ours but changed since, or not ours. */
export function ownership(text: string): 'intact' | 'edited' | 'foreign' {
  const found = stampedLine.exec(text);
  if (found !== null) return sha256(text.slice(found[0].length)) === found[1] ? 'intact' : 'edited';
  // An edit can reach the first line, too: the mark alone makes it ours.
  return text.split('\n', 5).some((line) => line.startsWith(mark)) ? 'edited' : 'foreign';
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
