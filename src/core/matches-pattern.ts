/** Whether a whole session name matches a shell-style pattern: `*` is any text, `?` one character, the rest is literal. */
export function matchesPattern(name: string, pattern: string): boolean {
  const source = pattern
    .replaceAll(/[$()+.[\\\]^{|}]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'su').test(name);
}
