/** The difference between a file and what it should hold, as `diff -u` shows it. */
export async function unifiedDiff(path: string, before: string, after: string): Promise<string> {
  // Loaded only where there is a difference.
  const { createTwoFilesPatch } = await import('diff');
  const patch = createTwoFilesPatch(path, path, before, after, undefined, undefined, { context: 3 });
  return patch.replace(/^=+\n/, '');
}
