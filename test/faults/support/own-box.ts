import { rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { writeFakeClaude } from '../../support/fake-claude.ts';
import { listeningSocketsBelow } from '../../support/listening-sockets.ts';
import { rosterOfSelf } from '../../support/persist-sandbox.ts';
import { createPrivateTmux, waitUntil } from '../../support/private-tmux.ts';
import { openFaultBox, type FaultBox } from './fault-box.ts';

/** A box for the sessions of the invoking user, whose home is its directory. */
export interface OwnBox extends FaultBox {
  readonly user: string;
  readonly home: string;
  /** Runs tmux inside and returns what it printed; throws when it fails. */
  readonly tmux: (...args: readonly string[]) => Promise<string>;
  /** Kills the tmux server as an OOM kill does. */
  readonly killServer: () => void;
  readonly hasServer: () => boolean;
}

/** `policy` is YAML for `persist:` in the roster. The caller closes the box, which removes it. */
export function openOwnBox(policy = ''): OwnBox {
  const { username: user, shell } = userInfo();
  const own = createPrivateTmux({ shell: shell ?? '/bin/sh' });
  const home = own.directory;
  writeFakeClaude(home);
  const rosterPath = join(home, 'roster.yaml');
  writeFileSync(rosterPath, rosterOfSelf(policy));
  const env = { HOME: home, TMUX_TMPDIR: home, TMUX_PERSIST_SOCKET_NAME: 'default' };
  const box = openFaultBox({ users: [user], directory: home, rosterPath, env });
  const hasServer = (): boolean => listeningSocketsBelow(home) > 0;
  const killServer = (): void =>
    waitUntil(() => {
      own.killServer();
      return !hasServer();
    }, 'the death of the server');
  return {
    ...box,
    user,
    home,
    tmux: async (...args) => {
      const environment = { LANG: 'C.UTF-8', SHELL: '/bin/sh' };
      const { exitCode, stdout, stderr } = await box.run(['tmux', '-u', '-f', '/dev/null', ...args], environment);
      if (exitCode !== 0) throw new Error(`tmux ${args.join(' ')}: ${stderr}`);
      return stdout;
    },
    killServer,
    hasServer,
    close: () => {
      killServer();
      box.close();
      rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}
