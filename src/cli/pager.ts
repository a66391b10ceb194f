import { showInPager } from '../system/pager.ts';
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
    // F: a text of one screen is not paged. R: colours. X: the text stays on the screen.
    env: { ...env, LESS: env['LESS'] ?? 'FRX', ...(isRoot ? { LESSSECURE: '1' } : {}) },
  };
}

const usualPager = 'less';

export interface PagedOutput {
  readonly write: (text: string) => void;
  readonly show: () => void;
}

/** Collects what a run writes on stdout, and shows it at the end; on stdout itself when there is no such pager. */
export function pagedOutput({ command, env }: Pager, writeOut: (text: string) => void): PagedOutput {
  const texts: string[] = [];
  return {
    write: (text) => void texts.push(text),
    show: () => {
      const text = texts.join('');
      if (text !== '' && !showInPager(text, command, env)) writeOut(text);
    },
  };
}
