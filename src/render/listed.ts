const maxListed = 8;

/** `a, b, c`; of many things the first ones, `and 12 more`. */
export function listed(things: readonly string[], separator = ', '): string {
  if (things.length <= maxListed) return things.join(separator);
  const first = things.slice(0, maxListed - 1);
  return `${first.join(separator)}${separator}and ${things.length - first.length} more`;
}
