import type { Account } from '../../src/system/host/accounts.ts';
import { run } from '../../src/system/programs/exec.ts';
import type { Scene } from './scene.ts';
import { tmuxAs, userEnvironment } from './start-sessions.ts';

/** Gives the first session of every user another name, or its own name back. */
export async function renameSessions({ users }: Scene): Promise<void> {
  await Promise.all(users.map(renameFirst));
}

async function renameFirst(user: Account): Promise<void> {
  const [own, other] = ['work-01', 'renamed'];
  if (await isRenamed(user, own, other)) return;
  if (await isRenamed(user, other, own)) return;
  throw new Error(`${user.name} has no session ${own} to rename`);
}

async function isRenamed(user: Account, from: string, to: string): Promise<boolean> {
  const { exitCode } = await run(tmuxAs(user, 'rename-session', '-t', `=${from}`, to), {
    timeoutMs: 30_000,
    env: userEnvironment(user),
  });
  return exitCode === 0;
}
