import { widthOf } from '../render/text/width-of.ts';
import { showInPager } from '../system/programs/pager.ts';
import type { Arguments } from './parse-arguments.ts';

interface PagerSituation {
  readonly args: Pick<Arguments, 'has'>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly uid: number;
  /** Whether stdout is a terminal. */
  readonly isOutShown: boolean;
}

/** The pager of a run, with the environment it gets; null where the result goes straight to stdout. */
export interface Pager {
  readonly command: string;
  /** Whether somebody has chosen it, or its options. Then it is given every text, and else those that need it. */
  readonly isChosen: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Chooses the pager as git does: the program's own variable, else PAGER, else less; none when it is empty or `cat`. */
export function pagerOf({ args, env, uid, isOutShown }: PagerSituation): Pager | null {
  if (!isOutShown || args.has('no-pager') || (env['TERM'] ?? 'dumb') === 'dumb') return null;
  const asked = (env['TMUX_PERSIST_PAGER'] ?? env['PAGER'] ?? usualPager).trim();
  if (asked === '' || asked === 'cat') return null;
  const isRoot = uid === 0;
  // Whoever may run just this program by sudo must not get a shell of root from a pager. less can be told so.
  const isLent = isRoot && (env['SUDO_UID'] ?? '0') !== '0';
  return {
    command: isLent ? usualPager : asked,
    isChosen: [env['TMUX_PERSIST_PAGER'], env['PAGER'], env['LESS']].some((value) => value !== undefined),
    // F: a text of one screen is not paged. R: colours. X: the text stays on the screen.
    env: { ...env, LESS: env['LESS'] ?? 'FRX', ...(isRoot ? { LESSSECURE: '1' } : {}) },
  };
}

const usualPager = 'less';

export interface PagedOutput {
  readonly write: (text: string) => void;
  readonly show: () => void;
}

/** The size of a terminal; undefined where it does not tell. */
export interface ScreenSize {
  readonly rows: number | undefined;
  readonly columns: number | undefined;
}

/** Collects what a run writes on stdout, and shows it at the end; on stdout itself when there is no such pager. */
export function pagedOutput(
  { command, isChosen, env }: Pager,
  size: ScreenSize,
  writeOut: (text: string) => void,
): PagedOutput {
  const texts: string[] = [];
  return {
    write: (text) => void texts.push(text),
    show: () => {
      const text = texts.join('');
      const isPaged = text !== '' && (isChosen || !fitsOn(size, text)) && showInPager(text, command, env);
      if (!isPaged) writeOut(text);
    },
  };
}

/** A terminal that tells no size is most likely a program that records one. Nobody would press a key there. */
function fitsOn({ rows = 0, columns = 0 }: ScreenSize, text: string): boolean {
  if (rows === 0 || columns === 0) return true;
  let taken = 0;
  // The last of them is empty, as the line of the prompt will be.
  for (const line of text.split('\n')) {
    taken += Math.max(1, Math.ceil(widthOf(line) / columns));
    if (taken > rows) return false;
  }
  return true;
}
