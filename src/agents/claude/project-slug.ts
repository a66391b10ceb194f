const maxLength = 200;

/**
 * The name of the directory in which Claude Code keeps the transcripts of a working directory.
 *
 * As in 2.1.113 to 2.1.329, by UTF-16 units. Several directories share one name (`a_b`, `a-b`), and releases between
 * 2.1.61 and 2.1.112 that ran on Bun hashed long ones otherwise, so a transcript is looked for in all of them.
 */
export function projectSlug(directory: string): string {
  const normal = directory.normalize('NFC');
  const plain = normal.replaceAll(/[^a-zA-Z0-9]/g, '-');
  return plain.length <= maxLength ? plain : `${plain.slice(0, maxLength)}-${Math.abs(hash(normal)).toString(36)}`;
}

/** The 32-bit string hash of Java. */
function hash(text: string): number {
  let value = 0;
  for (let at = 0; at < text.length; at += 1) value = ((value << 5) - value + text.charCodeAt(at)) | 0;
  return value;
}
