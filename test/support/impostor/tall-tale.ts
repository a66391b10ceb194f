import type { Behaviour } from './behaviour.ts';

/** What a listing says of a server; whatever is left out is believable. */
export interface TallTale {
  readonly pid?: number;
  readonly sessions?: readonly TallSession[];
}

export interface TallSession {
  readonly name: string;
  readonly createdAt?: number;
  readonly path?: string;
  readonly panes?: readonly TallPane[];
}

export interface TallPane {
  readonly pid?: number;
  readonly path?: string;
  readonly title?: string;
  readonly windowName?: string;
}

/** A server that lists all this, and refuses everything else. */
export function teller(tale: TallTale, { hangsAfter = null }: { readonly hangsAfter?: number | null } = {}): Behaviour {
  const refusal = { to: '', afterMs: 0, stdout: '', stderr: 'no\n', exitCode: 1 };
  const listing = { ...refusal, to: 'list-sessions', stdout: listingOf(tale), stderr: '', exitCode: 0 };
  return { kind: 'lie', answers: [listing, refusal], hangsAfter };
}

/** A server that answers everything in these words, and fails. */
export function complainer(stderr: string): Behaviour {
  return { kind: 'lie', answers: [{ to: '', afterMs: 0, stdout: '', stderr, exitCode: 1 }], hangsAfter: null };
}

/** The rows that `listingCommand` of src/tmux asks for. */
function listingOf({ pid = 4242, sessions = [] }: TallTale): string {
  const rows = [
    ['server', pid, 1_790_000_000],
    ...sessions.map(({ name, createdAt = 1_790_000_000, path = '/' }, at) => [
      'session',
      `$${at}`,
      encoded(name),
      createdAt,
      encoded(path),
      '',
      0,
      '',
    ]),
    ...sessions.flatMap(({ panes = [{}] }, at) => panes.map((pane, index) => paneRow(pane, at, index))),
  ];
  return rows.map((row) => `${row.join('\t')}\n`).join('');
}

function paneRow({ pid = 0, path = '/', title = '', windowName = 'sh' }: TallPane, session: number, index: number) {
  const layout = 'b25d,80x24,0,0,0';
  const id = `%${session * 100_000 + index}`;
  const texts = ['sh', path, title].map(encoded);
  return [
    'pane',
    `$${session}`,
    `@${session}`,
    0,
    encoded(windowName),
    1,
    1,
    0,
    0,
    layout,
    id,
    index,
    1,
    pid,
    0,
    ...texts,
  ];
}

function encoded(text: string): string {
  return text.replaceAll(/[%\t\n$\\]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
