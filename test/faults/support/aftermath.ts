import { existsSync } from 'node:fs';
import { diffLines } from 'diff';
import { lockPath } from '../../../src/state/state-paths.ts';
import type { FaultBox } from './fault-box.ts';
import { isPossibleRecord } from './is-possible-record.ts';
import type { Scene } from './scene.ts';
import { stateFacts, type UserFacts } from './state-facts.ts';
import type { Struck } from './strike-all.ts';

/** What is wrong after a run was killed, and after the one that followed; nothing when nothing is. */
export async function aftermathOfDeath(struck: Struck): Promise<readonly string[]> {
  return [...damageDone(struck, 'whole'), ...(await heldLocks(struck.stage.box)), ...(await notConverging(struck))];
}

/** What a run that was cut short must not have done to the state. */
export function damageDone(
  { stage: { box }, reference }: Pick<Struck, 'stage' | 'reference'>,
  records: Scene['records'],
): readonly string[] {
  const left = stateFacts(box);
  // One run has one file in the making.
  const piledUp = complaint(left.temporary.length > 1, `temporary files pile up: ${left.temporary.join(', ')}`);
  const wrong = left.users.flatMap(({ user, newest, damaged, view, heartbeat }) => [
    ...damaged.map((one) => `a damaged snapshot: ${one}`),
    ...complaint(
      !isPossibleRecord(newest, reference.recordsOf(user), records),
      `the newest record is neither the old nor a new one: ${newest}`,
    ),
    ...complaint(!reference.viewsOf(user).includes(view), "the predecessor's file is neither the old nor the new one"),
    ...complaint(heartbeat === 'broken', 'the heartbeat cannot be used'),
    ...complaint(heartbeat === 'none' && before(user)?.heartbeat === 'whole', 'the heartbeat is gone'),
  ]);
  return [...wrong, ...piledUp];

  function before(user: string): UserFacts | undefined {
    return reference.before.users.find((one) => one.user === user);
  }
}

/** The kernel lets go of a lock once its last holder is dead; `flock`, started by the dead run, may outlive it for a moment. */
async function heldLocks({ users, stateDirectory, run }: FaultBox): Promise<readonly string[]> {
  const paths = users.map((user) => lockPath(stateDirectory, user)).filter((path) => existsSync(path));
  const results = await Promise.all(paths.map((path) => run(['flock', '--wait', '5', path, 'true'])));
  return results.flatMap(({ exitCode }, at) => complaint(exitCode !== 0, `the lock is still held: ${paths[at]}`));
}

/** The same command again, undisturbed, must bring about what it would have brought about at first. */
export async function notConverging({
  stage,
  scene,
  reference,
}: Pick<Struck, 'stage' | 'scene' | 'reference'>): Promise<readonly string[]> {
  const again = await stage.box.persist(...scene.args);
  const proof = await stage.box.persist(...scene.proof.args);
  const found = stateFacts(stage.box);
  const isDone = proof.exitCode === 0 && scene.proof.prints.test(proof.stdout);
  return [
    ...complaint(again.exitCode !== 0, `the next run exits ${again.exitCode}: ${again.stdout}${again.stderr}`),
    ...complaint(!isDone, `${scene.proof.args[0]} finds something to do: ${proof.stdout}${proof.stderr}`),
    ...unfinished(found.users, reference.after.users),
    ...differences('the state directory', reference.after.tree, found.tree),
    ...differences('what runs', reference.world, await stage.world()),
  ];
}

/** How the users' records are not those that they should be. */
export function unfinished(found: readonly UserFacts[], wanted: readonly UserFacts[]): readonly string[] {
  return wanted.flatMap(({ user, newest, view, heartbeat }) => {
    const own = found.find((one) => one.user === user);
    return [
      ...differences(`the record of ${user}`, [newest ?? ''], [own?.newest ?? '']),
      ...differences(`the predecessor's file of ${user}`, [view ?? ''], [own?.view ?? '']),
      ...complaint(own?.heartbeat !== heartbeat, `the heartbeat of ${user} is ${own?.heartbeat}`),
    ];
  });
}

/** The lines by which two texts differ. */
export function differences(what: string, wanted: readonly string[], found: readonly string[]): readonly string[] {
  const parts = diffLines(`${wanted.join('\n')}\n`, `${found.join('\n')}\n`).filter(
    (part) => part.added || part.removed,
  );
  const lines = parts.map(({ added, value }) => value.trimEnd().replaceAll(/^/gm, added ? '+ ' : '- '));
  return complaint(parts.length > 0, `${what} differs:\n${lines.join('\n')}`);
}

export function complaint(applies: boolean, words: string): readonly string[] {
  return applies ? [words] : [];
}
