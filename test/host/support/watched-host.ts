import { join } from 'node:path';
import { causeOf, isRecordedRunning } from '../../support/watch.ts';
import { journalOf } from './journal.ts';
import type { Machine } from './machine.ts';
import { waitFor } from './wait-for.ts';

/**
 * How long a change may take until the watch has recorded it: on a busy machine a save can be so dear that the next one of this
 * user waits for a minute.
 */
export const untilRecordedMs = 75_000;

export const watchUnit = 'tmux-persist-watch.service';

/** Where a machine keeps the records of a user, as the host sees them. */
export function recordsIn(machine: Machine, user: string): { readonly stateDirectory: string; readonly user: string } {
  return { stateDirectory: join(machine.root, 'var/lib/tmux-persist'), user };
}

/** Opens sessions with a shell, and returns when the watch has recorded them. */
export async function openRecorded(machine: Machine, user: string, ...names: readonly string[]): Promise<void> {
  for (const name of names) await machine.output(['tmux', 'new-session', '-d', '-s', name], { user });
  await isRecorded(machine, user, 'live', ...names);
}

/** Waits until the record says of these sessions that they are live, or why they are gone. */
export async function isRecorded(
  machine: Machine,
  user: string,
  cause: string,
  ...names: readonly string[]
): Promise<void> {
  const records = recordsIn(machine, user);
  const causes = (): readonly (string | null)[] => names.map((name) => causeOf(records, name));
  await waitFor(
    () => causes().every((one) => one === cause),
    untilRecordedMs,
    () => `${names.join(', ')} of ${user}: ${cause}, where the record says ${causes().join(', ')}`,
  );
}

/** Waits until the record says that an agent runs with this conversation, without which nobody can bring it back. */
export async function isConversationRecorded(machine: Machine, user: string, id: string): Promise<void> {
  await waitFor(() => isRecordedRunning(recordsIn(machine, user), id), untilRecordedMs, `a record of ${id} of ${user}`);
}

/** Waits until none of these sessions is live, and returns the causes. */
export async function causesOfLoss(
  machine: Machine,
  user: string,
  ...names: readonly string[]
): Promise<readonly (string | null)[]> {
  const records = recordsIn(machine, user);
  const causes = (): readonly (string | null)[] => names.map((name) => causeOf(records, name));
  await waitFor(
    () => !causes().includes('live'),
    untilRecordedMs,
    `a record of the end of ${names.join(', ')} of ${user}`,
  );
  return causes();
}

/** What the watch wrote to the journal about a user since the boot, without its lines about saves. */
export async function saidBy(machine: Machine, user: string): Promise<readonly string[]> {
  const entries = await journalOf(machine, watchUnit);
  return entries
    .map(({ message }) => message)
    .filter((message) => message.startsWith(`${user}: `) && !message.startsWith(`${user}: saved `));
}

/** A property of the watch's unit, such as `MainPID`. */
export async function watchUnitProperty(machine: Machine, name: string): Promise<string> {
  return (await machine.output(['systemctl', 'show', `--property=${name}`, '--value', watchUnit])).trim();
}
