import { existsSync } from 'node:fs';
import { lockPath } from '../../../src/manifest/state-paths.ts';
import type { FaultBox } from './fault-box.ts';
import type { Reference } from './reference.ts';
import type { Scene } from './scene.ts';
import { stateFacts } from './state-facts.ts';

/** What is wrong after a run was killed, and after the one that followed; nothing when nothing is. */
export async function aftermathOfDeath(box: FaultBox, scene: Scene, reference: Reference): Promise<readonly string[]> {
  return [...damageDone(box, reference), ...(await heldLock(box)), ...(await notConverging(box, scene, reference))];
}

/** What a run that was cut short must not have done to the state. */
export function damageDone(box: FaultBox, { before, records, views }: Reference): readonly string[] {
  const left = stateFacts(box);
  return [
    ...left.damaged.map((one) => `a damaged snapshot: ${one}`),
    ...complaint(!records.includes(left.newest), `the newest record is neither the old nor a new one: ${left.newest}`),
    ...complaint(!views.includes(left.view), `the predecessor's file is neither the old nor a new one: ${left.view}`),
    ...complaint(left.heartbeat === 'broken', 'the heartbeat cannot be used'),
    ...complaint(left.heartbeat === 'none' && before.heartbeat !== 'none', 'the heartbeat is gone'),
    ...complaint(left.temporary.length > 1, `temporary files pile up: ${left.temporary.join(', ')}`),
  ];
}

/** The kernel lets go of a lock once its last holder is dead; `flock`, started by the dead run, may outlive it for a moment. */
async function heldLock(box: FaultBox): Promise<readonly string[]> {
  const path = lockPath(box.stateDirectory, box.user);
  if (!existsSync(path)) return [];
  const { exitCode } = await box.run(['flock', '--wait', '2', path, 'true']);
  return complaint(exitCode !== 0, 'the lock is still held');
}

/** The same command again, undisturbed, must bring about what it would have brought about at first. */
export async function notConverging(box: FaultBox, scene: Scene, reference: Reference): Promise<readonly string[]> {
  const again = await box.persist(...scene.args);
  const proof = await box.persist(...scene.proof.args);
  const found = stateFacts(box);
  const world = await scene.world(box);
  return [
    ...complaint(again.exitCode !== 0, `the next run exits ${again.exitCode}: ${again.stdout}${again.stderr}`),
    ...complaint(
      proof.exitCode !== 0 || !scene.proof.prints.test(proof.stdout),
      `${scene.proof.args.join(' ')} finds something to do: ${proof.stdout}${proof.stderr}`,
    ),
    ...differences('the record', [reference.after.newest ?? ''], [found.newest ?? '']),
    ...differences("the predecessor's file", [reference.after.view ?? ''], [found.view ?? '']),
    ...differences('the state directory', reference.after.tree, found.tree),
    ...differences('what runs', reference.world, world),
    ...complaint(found.heartbeat !== 'whole', `the heartbeat is ${found.heartbeat}`),
  ];
}

function differences(what: string, wanted: readonly string[], found: readonly string[]): readonly string[] {
  const missing = wanted.filter((line) => !found.includes(line)).map((line) => `- ${line}`);
  const surplus = found.filter((line) => !wanted.includes(line)).map((line) => `+ ${line}`);
  const same = missing.length + surplus.length === 0 && wanted.length === found.length;
  return complaint(!same, `${what} differs: ${[...missing, ...surplus].join('\n')}`);
}

export function complaint(applies: boolean, words: string): readonly string[] {
  return applies ? [words] : [];
}
