import type { Machine } from './machine.ts';
import { tmuxServerIn } from './tmux-server-in.ts';
import { waitFor } from './wait-for.ts';

/** Kills the tmux server of a user, with all that runs in its panes, and has the loss recorded. */
export async function loseServer(machine: Machine, user: string): Promise<void> {
  await machine.output(['tmux-persist', 'save', '--user', user]);
  const panes = await machine.output(['tmux', 'list-panes', '-a', '-F', '#{pane_tty}'], { user });
  const { pid } = await tmuxServerIn(machine, user);
  await machine.output(['kill', '-KILL', `${pid}`]);
  const terminals = panes.trim().split('\n').join(',');
  const hasEnded = async () => (await machine.exec(['ps', '-t', terminals, '-p', `${pid}`])).exitCode !== 0;
  await waitFor(hasEnded, 20_000, 'the end of the server and its panes');
  await machine.output(['tmux-persist', 'save', '--user', user]);
}
