/** The name of a place in a message: `/users/emo/repos/1` is `user "emo": repos[1]`. */
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

const maxShownLength = 60;

/** Text from a file for one line of a terminal: quoted, shortened, without control characters. */
export function quoted(text: string): string {
  const shown = text.length > maxShownLength ? `${text.slice(0, maxShownLength)}…` : text;
  return JSON.stringify(shown).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A JSON pointer (RFC 6901), as both the validator and the YAML reader name a place. */
export function childPointer(parent: string, key: string | number): string {
  return `${parent}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

export function segmentsOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value at a JSON pointer; undefined when there is none. */
export function valueAt(value: unknown, pointer: string): unknown {
  return segmentsOf(pointer).reduce(childOf, value);
}

/** The entries of a map; none for any other value. */
export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function childOf(parent: unknown, key: string): unknown {
  if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, key)) return undefined;
  const child: unknown = Reflect.get(parent, key);
  return child;
}
