/**
 * Whether a whole session name matches a shell-style pattern: `*` is any text, `?` one character, the rest is literal.
 *
 * Works by going back to the latest `*` only, so that a hostile pattern costs at most name × pattern steps.
 */
export function matchesPattern(name: string, pattern: string): boolean {
  const text = Array.from(name);
  const wanted = Array.from(pattern);
  let at = 0;
  let step = 0;
  let star = -1;
  let starTook = 0;
  while (at < text.length) {
    if (wanted[step] === '*') {
      star = step;
      starTook = at;
      step += 1;
    } else if (step < wanted.length && (wanted[step] === '?' || wanted[step] === text[at])) {
      at += 1;
      step += 1;
    } else if (star >= 0) {
      starTook += 1;
      at = starTook;
      step = star + 1;
    } else {
      return false;
    }
  }
  return wanted.slice(step).every((rest) => rest === '*');
}
