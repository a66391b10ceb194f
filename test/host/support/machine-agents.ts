import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installFakeClaude } from '../../support/fake-claude/install-fake-claude.ts';
import type { Machine } from './machine.ts';
import type { Bind } from './program-binds.ts';
import { waitFor } from './wait-for.ts';

/** The test double of Claude Code, installed on the host so that users of a machine can run it there. */
export interface MachineAgents {
  /** To be given to the machine. */
  readonly bind: Bind;
  /** Starts an agent in a session of its own, says something to it, and gives the conversation that the words are in. */
  readonly converse: (machine: Machine, user: string, session: string, words: string) => Promise<string>;
  /** The same below a shell, so that the session outlives the agent. */
  readonly converseAtPrompt: (machine: Machine, user: string, session: string, words: string) => Promise<string>;
  /** Says something to the agent of a session. */
  readonly say: (machine: Machine, user: string, session: string, words: string) => Promise<string>;
  /** Lets the agent of a session begin a new conversation; what is said next is in it. */
  readonly clear: (machine: Machine, user: string, session: string) => Promise<void>;
  readonly remove: () => void;
}

export function installMachineAgents(): MachineAgents {
  // At the same place in the machine, because the double is told where it is installed; /tmp is the machine's own.
  const directory = mkdtempSync('/var/tmp/tmux-persist-agents-');
  chmodSync(directory, 0o755);
  const fake = installFakeClaude({ directory: join(directory, '.local/bin') });
  chmodSync(`${fake.executable}.starts`, 0o777);
  return {
    bind: { source: directory, target: directory, writable: true },
    converse: async (machine, user, session, words) => {
      await machine.output(['tmux', 'new-session', '-d', '-s', session, '-x', '200', '--', fake.command], { user });
      await shows(machine, user, session, 'ready');
      return say(machine, user, session, words);
    },
    converseAtPrompt: async (machine, user, session, words) => {
      await machine.output(['tmux', 'new-session', '-d', '-s', session, '-x', '200'], { user });
      await type(machine, user, session, fake.command);
      await shows(machine, user, session, 'ready');
      return say(machine, user, session, words);
    },
    say,
    clear: (machine, user, session) => type(machine, user, session, '/clear'),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

async function say(machine: Machine, user: string, session: string, words: string): Promise<string> {
  await type(machine, user, session, words);
  await shows(machine, user, session, `you said: ${words}`);
  return conversationWith(machine, user, words);
}

async function type(machine: Machine, user: string, session: string, line: string): Promise<void> {
  await machine.output(['tmux', 'send-keys', '-t', `=${session}:`, '-l', line], { user });
  await machine.output(['tmux', 'send-keys', '-t', `=${session}:`, 'Enter'], { user });
}

async function shows(machine: Machine, user: string, session: string, words: string): Promise<void> {
  const capture = ['tmux', 'capture-pane', '-p', '-J', '-t', `=${session}:`] as const;
  const isShown = async (): Promise<boolean> => (await machine.output(capture, { user })).includes(words);
  await waitFor(isShown, 60_000, `"${words}" in ${session} of ${user}`);
}

/** The id of the one conversation whose transcript holds the words. */
async function conversationWith(machine: Machine, user: string, words: string): Promise<string> {
  const found = await machine.output(['grep', '-rlF', words, `/home/${user}/.claude/projects`]);
  const [path = '', ...others] = found.trim().split('\n');
  if (others.length > 0) throw new Error(`"${words}" is in ${others.length + 1} transcripts`);
  return path.slice(path.lastIndexOf('/') + 1, -'.jsonl'.length);
}
