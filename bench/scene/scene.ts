import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from '../../src/system/host/accounts.ts';
import { guardAccounts } from '../../test/support/account-guard.ts';
import { installAgentStandIn } from './agent-stand-in.ts';
import { createBenchUsers } from './bench-users.ts';
import { startSessions } from './start-sessions.ts';

/** Unix users of the bench's own, each with a tmux server on which nothing but the scene's sessions run. */
export interface Scene {
  readonly spec: SceneSpec;
  readonly users: readonly Account[];
  /** Everyone may read it; the homes are in it. */
  readonly directory: string;
  readonly stateDirectory: string;
  readonly rosterPath: string;
  /** How tmux-persist is called upon the scene: an explicit, whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends all that the users run, and removes the users, their sockets and the directory. */
  readonly remove: () => Promise<void>;
}

export interface SceneSpec {
  readonly users: number;
  /** Of each user. */
  readonly sessions: number;
  /** Whether each session holds an agent; a shell otherwise. */
  readonly agents: boolean;
}

/** Puts up a scene, as root. The caller removes it; it also goes away with this process, however that ends. */
export async function buildScene(spec: SceneSpec): Promise<Scene> {
  const tag = `tpb-${randomBytes(3).toString('hex')}`;
  const directory = mkdtempSync(join(tmpdir(), `${tag}-`));
  chmodSync(directory, 0o755);
  const names = Array.from({ length: spec.users }, (_, at) => `${tag}-${String(at + 1).padStart(2, '0')}`);
  const guarded = guardAccounts({ names, group: tag, directory });
  let removal: Promise<void> | undefined;
  const remove = (): Promise<void> => (removal ??= guarded());
  try {
    const users = await createBenchUsers(names, tag, directory);
    for (const user of users) installAgentStandIn(user);
    const stateDirectory = join(directory, 'state');
    const rosterPath = join(directory, 'roster.yaml');
    writeFileSync(rosterPath, `users:\n${names.map((name) => `  ${name}: {}\n`).join('')}`);
    await Promise.all(users.map((user) => startSessions(user, spec)));
    const env = {
      // The same for everything that is measured; without NODE_EXTRA_CA_CERTS, which costs 40 ms a start.
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/root',
      LANG: 'C.UTF-8',
      TMUX_PERSIST_ROSTER: rosterPath,
      TMUX_PERSIST_STATE_DIR: stateDirectory,
    };
    return { spec, users, directory, stateDirectory, rosterPath, env, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
