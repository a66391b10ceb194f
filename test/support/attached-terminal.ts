import { spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import type { Sandbox } from './persist-sandbox.ts';
import { waitUntil } from './private-tmux.ts';

/** A person's terminal, which is attached to a session until the end of the test. */
export interface AttachedTerminal {
  readonly type: (keys: string) => void;
  /** All that it was sent to show since it was attached, with the sequences of the terminal. */
  readonly shown: () => string;
}

export function attachTerminal(box: Sandbox, session: string): AttachedTerminal {
  const clients = (): number => box.tmux('list-clients', '-F', '#{session_name}').split('\n').length;
  const before = clients();
  const line = `stty cols 100 rows 30; exec tmux -S '${box.socketPath}' attach-session -t '=${session}'`;
  const client = spawn('script', ['-qec', line, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: box.env['PATH'], LANG: 'C.UTF-8', TERM: 'xterm' },
  });
  onTestFinished(() => void client.kill('SIGKILL'));
  let shown = '';
  client.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
  waitUntil(() => clients() > before, `a terminal at ${session}`);
  return { type: (keys) => void client.stdin.write(keys), shown: () => shown };
}
