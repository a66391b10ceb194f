import { segmentsOf } from './json-pointer.ts';
import { quoted } from './quoted.ts';

/** How a message names a place: `/users/emo/repos/1` is `user "emo": repos[1]`. */
export function subjectOf(pointer: string): string {
  const [first, second, ...rest] = segmentsOf(pointer);
  if (first === undefined) return 'roster';
  if (first !== 'users') return dotted(segmentsOf(pointer));
  if (second === undefined) return 'users';
  return rest.length === 0 ? `user ${quoted(second)}` : `user ${quoted(second)}: ${dotted(rest)}`;
}

function dotted(segments: readonly string[]): string {
  return segments
    .map((segment) => (/^\d+$/.test(segment) ? `[${segment}]` : `.${segment}`))
    .join('')
    .replace(/^\./, '');
}
