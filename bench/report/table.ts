/** A Markdown table; all columns but the first `texts` are figures. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { texts }: { readonly texts: number },
): string {
  const rule = head.map((_, at) => (at < texts ? '---' : '---:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
