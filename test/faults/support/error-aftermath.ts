import { complaint, damageDone, differences, notConverging, unfinished } from './aftermath.ts';
import { stateFacts } from './state-facts.ts';
import type { Struck } from './strike-all.ts';

/** What is wrong with how a run took a fault: what it said, how it ended, what it left, and what the next one made of it. */
export async function aftermathOfFault(struck: Strike, words: string): Promise<readonly string[]> {
  const wrong = [...badAnswer(struck, words), ...damageDone(struck, struck.scene.records), ...(await untruth(struck))];
  return [...wrong, ...(await notConverging(struck))];
}

type Strike = Omit<Struck, 'point'>;

const errorWords: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EAGAIN: 'resource temporarily unavailable',
  EIO: 'i/o error',
  EMFILE: 'too many open files',
  ENOMEM: 'not enough memory',
  ENOSPC: 'no space left on device',
};

/** The same for an error, which is to be told in the words of the system. */
export function aftermathOfError(struck: Struck): Promise<readonly string[]> {
  const { fault } = struck.point;
  return aftermathOfFault(struck, fault.kind === 'error' ? (errorWords[fault.errno] ?? fault.errno) : 'kill');
}

function badAnswer({ run: { result } }: Strike, words: string): readonly string[] {
  const said = `${result.stdout}${result.stderr}`;
  const isSilent = result.exitCode !== 0 && !said.toLowerCase().includes(words);
  return [
    ...complaint(![0, 1, 2, 4].includes(result.exitCode ?? -1), `it exits ${result.exitCode}: ${said}`),
    ...complaint(/internal error|^ +at /m.test(said), `it takes it for a bug of its own: ${said}`),
    ...complaint(isSilent, `it exits ${result.exitCode} and does not say why: ${said}`),
  ];
}

/** An exit status of 0 says that all was done, one of 2 that nothing was. */
async function untruth({ stage, reference, run: { result } }: Strike): Promise<readonly string[]> {
  if (result.exitCode !== 0 && result.exitCode !== 2) return [];
  const { before, after, world } = reference;
  const found = stateFacts(stage.box);
  if (result.exitCode === 2) {
    return unfinished(found.users, before.users).map((one) => `it exits 2, and yet ${one}`);
  }
  return [...unfinished(found.users, after.users), ...differences('what runs', world, await stage.world())].map(
    (one) => `it exits 0, and yet ${one}`,
  );
}
