import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { killProcessesOf } from '../../support/unix-processes.ts';
import { createUnixUsers, type UnixUser } from '../../support/unix-users.ts';
import { openFaultBox, type FaultBox } from './fault-box.ts';
import { mustSave } from './save-scenes.ts';
import type { Scene } from './scene.ts';

/** Root brings back what two users lost, each as that user. */
export const applyForTwo: Scene = {
  name: 'apply, for two users',
  args: ['apply', '--no-units'],
  proof: { args: ['plan', '--no-units', '--exit-code'], prints: /Plan: nothing to do\./ },
  records: 'session-by-session',
  open: async () => {
    const accounts = await createUnixUsers();
    const { directory, socketName } = accounts;
    const users = [accounts.emo, accounts.anca];
    const names = users.map(({ name }) => name);
    const rosterPath = join(directory, 'roster.yaml');
    writeFileSync(rosterPath, `users:\n${names.map((name) => `  ${name}: {}\n`).join('')}`);
    const env = { HOME: '/root', TMUX_PERSIST_SOCKET_NAME: socketName };
    const box = openFaultBox({ users: names, directory, rosterPath, env });
    for (const user of users) {
      await tmuxInside(box, user, socketName, 'new-session', '-d', '-s', 'notes', '-c', user.home);
      await tmuxInside(box, user, socketName, 'new-session', '-d', '-s', 'work', '-c', '/usr');
      await tmuxInside(box, user, socketName, 'new-window', '-t', '=work:3', '-c', '/etc');
    }
    await mustSave(box);
    const loseServers = async (): Promise<void> => {
      for (const user of users) {
        killProcessesOf(user.uid);
        // A server that was struck as it started has no socket yet, and one that ended by itself has none any more.
        if (existsSync(user.socketPath)) continue;
        await tmuxInside(box, user, socketName, 'new-session', '-d');
        killProcessesOf(user.uid);
      }
    };
    await loseServers();
    box.keepState('before');
    return {
      box,
      reset: async () => {
        await loseServers();
        box.restoreState('before');
      },
      world: async () => users.flatMap(panesOf),
      close: async () => {
        accounts.stop();
        box.close();
        await accounts.remove();
      },
    };
  },
};

/** A server lives where its first client does. */
async function tmuxInside(
  box: FaultBox,
  { name, home }: UnixUser,
  socketName: string,
  ...args: readonly string[]
): Promise<void> {
  const env = ['env', '-i', `HOME=${home}`, `USER=${name}`, 'LANG=C.UTF-8', 'PATH=/usr/bin:/bin'];
  const tmux = ['tmux', '-u', '-f', '/dev/null', '-L', socketName, ...args];
  const { exitCode, stderr } = await box.run(['runuser', '-u', name, '--', ...env, ...tmux]);
  if (exitCode !== 0) throw new Error(`tmux of ${name}: ${stderr}`);
}

function panesOf(user: UnixUser): readonly string[] {
  if (user.serverPid() === null) return [];
  const rows = user.tmux('list-panes', '-a', '-F', '#{session_name}:#{window_index}.#{pane_index}').trim().split('\n');
  return rows.map((row) => `${user.name} ${row}`);
}
