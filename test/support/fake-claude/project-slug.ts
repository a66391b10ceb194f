const maxLength = 200;

/** The name of the directory below `projects` that holds the transcripts of a working directory. */
export function projectSlug(cwd: string, capped = true): string {
  const text = cwd.normalize('NFC');
  const slug = text.replaceAll(/[^a-zA-Z0-9]/g, '-');
  if (!capped || slug.length <= maxLength) return slug;
  return `${slug.slice(0, maxLength)}-${Math.abs(hashOf(text)).toString(36)}`;
}

/** Java's string hash in 32 bits, over UTF-16 units. */
function hashOf(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = ((hash << 5) - hash + text.charCodeAt(at)) | 0;
  return hash;
}
