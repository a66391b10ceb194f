import { exitCodes } from '../core/exit-codes.ts';
import type { FollowEnding } from '../system/programs/follow-program.ts';
import { DocumentError, type Fields, parseObject } from './documents/fields.ts';
import { type ProgressEvent, progressFrom, type Refused, refusedFrom } from './documents/progress.ts';
import { reachRoot, type RootReach } from './reach-root.ts';
import type { Slots } from './slots.ts';
import { type Subject, subjectKey, subjectWords } from './subject.ts';

/** What root's command answered. */
export type Answer<Value> =
  | { readonly kind: 'answered'; readonly value: Value }
  /** It does not know what it was asked for: the login leads to nobody, there is no such snapshot. */
  | { readonly kind: 'unknown' }
  /** The log says why. */
  | { readonly kind: 'failed' };

/** How a restore ended that was followed to its end. */
export type ActEnd = { readonly exitCode: number | null } & Refused;

export interface RootCommand {
  /** Asks for one document. A question that never ended is not asked again beside itself. */
  readonly ask: <Value>(
    subject: Subject,
    words: readonly [string, ...string[]],
    read: (fields: Fields) => Value,
  ) => Promise<Answer<Value>>;
  /** Runs a restore, and tells each of its events as it comes. */
  readonly act: (
    subject: Subject,
    words: readonly [string, ...string[]],
    onEvent: (event: ProgressEvent) => void,
  ) => Promise<ActEnd>;
}

export interface RootCommandOptions {
  readonly reach: RootReach;
  readonly slots: Slots;
  /** Tells the administrator what no user is told. */
  readonly complain: (text: string) => void;
  readonly askTimeoutMs?: number;
  readonly actTimeoutMs?: number;
}

const maxBytes = 4 * 1024 * 1024;

/**
 * How long a command may be silent in its place among the few. Then the next one starts: what is silent so long waits for
 * somebody's tmux, and needs no processor.
 */
const quietMs = { read: 3_000, act: 10_000 };

/** How many silent ones may run outside of the places. They end by themselves, by the limits of root's command. */
const maxAside = 24;

export function makeRootCommand(options: RootCommandOptions): RootCommand {
  const { reach, slots, complain, askTimeoutMs = 15_000, actTimeoutMs = 660_000 } = options;
  const unended = new Set<string>();
  let aside = 0;

  const run = async (
    work: 'read' | 'act',
    args: readonly string[],
    onLine: (line: string) => void,
  ): Promise<FollowEnding | null> => {
    const slot = await slots.enter(work);
    if (slot === null) return null;
    let isAside = false;
    const stepAside = (): void => {
      if (aside >= maxAside) return;
      aside += 1;
      isAside = true;
      slot.leave();
    };
    let quiet = setTimeout(stepAside, quietMs[work]);
    const program = reachRoot(reach, args, {
      timeoutMs: work === 'read' ? askTimeoutMs : actTimeoutMs,
      maxBytes,
      onLine: (line) => {
        if (!isAside) {
          clearTimeout(quiet);
          quiet = setTimeout(stepAside, quietMs[work]);
        }
        onLine(line);
      },
    });
    const key = args.join('\0');
    unended.add(key);
    const release = async (): Promise<void> => {
      await program.gone;
      unended.delete(key);
      if (isAside) aside -= 1;
    };
    void release();
    const ending = await program.ending;
    clearTimeout(quiet);
    slot.leave();
    if (ending.kind === 'ended' && ending.exitCode === exitCodes.failed) {
      complain(`${args.join(' ')}: ${ending.stderr.trim() || 'it failed and said nothing'}`);
    }
    return ending;
  };

  return {
    ask: async (subject, words, read) => {
      const args = [...subjectWords(subject), ...words, '--json'];
      if (unended.has(args.join('\0'))) return { kind: 'failed' };
      const lines: string[] = [];
      const ending = await run('read', args, (line) => lines.push(line));
      if (ending === null) return { kind: 'failed' };
      if (ending.kind !== 'ended') {
        complain(`${subjectKey(subject)}: ${words.join(' ')} ${endingWords(ending)}`);
        return { kind: 'failed' };
      }
      try {
        const fields = parseObject(lines.join('\n'));
        if (fields['kind'] === 'error') {
          const { unknown, messages } = refusedFrom(fields);
          if (unknown !== null) return { kind: 'unknown' };
          // What failed has been told with the words of stderr.
          if (ending.exitCode !== exitCodes.failed) complain(`${args.join(' ')}: ${messages.join('; ')}`);
          return { kind: 'failed' };
        }
        return { kind: 'answered', value: read(fields) };
      } catch (error) {
        if (!(error instanceof DocumentError)) throw error;
        complain(`${subjectKey(subject)}: ${words.join(' ')}: its answer was not understood: ${error.message}`);
        return { kind: 'failed' };
      }
    },
    act: async (subject, words, onEvent) => {
      const args = [...subjectWords(subject), ...words, '--json=lines'];
      let last: ProgressEvent | null = null;
      const ending = await run('act', args, (line) => {
        try {
          last = progressFrom(parseObject(line));
        } catch (error) {
          if (!(error instanceof DocumentError)) throw error;
          return complain(`${subjectKey(subject)}: a line of its progress was not understood: ${error.message}`);
        }
        onEvent(last);
      });
      const end = actEnd(ending, last);
      const isForTheLog = end.exitCode === null || end.exitCode === exitCodes.refused;
      if (isForTheLog && end.unknown === null) complain(`${args.join(' ')}: ${end.messages.join('; ')}`);
      return end;
    },
  };
}

const tooMany = 'too many people ask at the same time; try again in a minute';

function actEnd(ending: FollowEnding | null, last: ProgressEvent | null): ActEnd {
  if (ending === null) return { exitCode: null, messages: [tooMany], unknown: null };
  if (last?.event === 'error') return last;
  if (last?.event === 'end') return { exitCode: last.exitCode, messages: [], unknown: null };
  if (ending.kind === 'ended') {
    const words = `root's command ended with exit status ${ending.exitCode} before it was done`;
    return { exitCode: ending.exitCode, messages: [words], unknown: null };
  }
  const words = `root's command ${endingWords(ending)}; what it began may still go on`;
  return { exitCode: null, messages: [words], unknown: null };
}

function endingWords(ending: Exclude<FollowEnding, { kind: 'ended' }>): string {
  switch (ending.kind) {
    case 'timeout':
      return 'did not answer in time';
    case 'too-much-output':
      return 'answered too much';
    case 'failed':
      return ending.words;
  }
}
