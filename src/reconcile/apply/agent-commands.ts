import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Agent, Resumability } from '../../agents/agent.ts';
import { agents } from '../../agents/agents.ts';
import { askUsers } from '../../agents/ask-users.ts';
import { paneCommand, pasteable } from '../../agents/pane-command.ts';
import type { AgentAnswer } from '../../agents/reading-protocol.ts';
import { sparesAsking, wrapperName } from '../../agents/wrapper-of.ts';
import {
  type AgentLaunch,
  type AgentWrapper,
  type Conversation,
  conversationKey,
  labelOf,
} from '../../core/conversation.ts';
import type { Pane, PaneProgram, PaneShell } from '../../core/manifest.ts';
import { programToStart } from '../../core/pane-program.ts';
import type { Policy } from '../../core/roster.ts';
import { isShellName } from '../../process/pane-shell.ts';
import { readProcessTable } from '../../process/process-table.ts';
import type { Account } from '../../system/host/accounts.ts';
import { attemptRead, quietly } from '../../system/files/read-file.ts';
import { distrustedPath, isRoot } from '../../system/files/trusted-path.ts';
import type { Context } from '../context.ts';
import { agentQuestions, userQuestion } from '../observe/observe-agents.ts';

/** What `apply` starts in a pane. */
export type PaneStart =
  | { readonly kind: 'shell'; readonly lost: Conversation | null; readonly note: string | null }
  | { readonly kind: 'program'; readonly command: readonly string[]; readonly note: null }
  | {
      readonly kind: 'agent';
      readonly agent: string;
      /** null when the agent starts without a conversation. */
      readonly conversation: Conversation | null;
      readonly command: readonly string[];
      readonly note: string | null;
      /** The note when the agent does not get the message of the run; null when it does, and without a message. */
      readonly withoutMessage: string | null;
    };

export type PaneStarts =
  | { readonly kind: 'known'; readonly startOf: (pane: Pane) => PaneStart }
  | { readonly kind: 'unknown'; readonly reason: string };

/**
 * Checks, with the user's rights, which conversations can be resumed, and works out the command of each pane. `message`
 * becomes the first prompt of each resumed conversation.
 */
export async function agentCommands(
  context: Context,
  account: Account,
  policy: Policy,
  panes: readonly Pane[],
  message: string | null,
): Promise<PaneStarts> {
  const checked = await checkResumable(context, account, panes.flatMap(resumableIn));
  if (typeof checked === 'string') return { kind: 'unknown', reason: checked };
  return { kind: 'known', startOf: (pane) => startOf(pane, { account, policy, message }, checked) };
}

interface StartRules {
  readonly account: Account;
  readonly policy: Policy;
  readonly message: string | null;
}

interface Resumable {
  readonly conversation: Conversation;
  readonly launch: AgentLaunch;
}

function resumableIn({ conversation, agent, cwd }: Pane): readonly Resumable[] {
  return conversation === null ? [] : [{ conversation, launch: agent?.launch ?? plainLaunch(conversation, cwd) }];
}

/** The launch of a conversation when only its id is known. */
function plainLaunch({ agent }: Conversation, directory: string): AgentLaunch {
  return { executable: agent, args: [], droppedArgs: [], env: {}, directory };
}

async function checkResumable(
  context: Context,
  account: Account,
  wanted: readonly Resumable[],
): Promise<ReadonlyMap<string, Resumability> | string> {
  if (wanted.length === 0) return new Map();
  const resumable = wanted.map(({ conversation: { agent, id }, launch }) => ({ agent, id, launch }));
  const table = attemptRead(readProcessTable);
  if (table.kind === 'unreadable') return `conversations could not be checked: ${table.reason}`;
  // The present holder of a conversation keeps it, in a pane or outside.
  const [question] = agentQuestions(context, [{ account, sessions: [] }], table.value);
  const asked = { ...(question ?? userQuestion(context, account)), resumable };
  const reading = (await askUsers([asked], context.signal)).get(account.name);
  if (reading?.kind !== 'read') return `conversations could not be checked: ${reading?.reason ?? 'no answer'}`;
  const holders = new Map(reading.answer.agents.flatMap(holderIn));
  return new Map(
    reading.answer.resumable.flatMap((one, at): readonly (readonly [string, Resumability])[] => {
      const conversation = wanted[at]?.conversation;
      if (conversation === undefined) return [];
      const key = conversationKey(conversation);
      const pid = holders.get(key);
      return [[key, pid === undefined ? one : { kind: 'live-elsewhere', pid }]];
    }),
  );
}

/**
 * Uses only the agent's surest claim. If that claim is wrong, the conversation does not start now. It waits until the
 * user asks for it.
 */
function holderIn({ agent, pid, reading }: AgentAnswer): readonly (readonly [string, number])[] {
  const [claim] = reading.claims;
  return claim === undefined ? [] : [[conversationKey({ agent, id: claim.id, ended: null }), pid]];
}

function startOf(pane: Pane, rules: StartRules, checked: ReadonlyMap<string, Resumability>): PaneStart {
  const { conversation, agent } = pane;
  const { account, policy } = rules;
  if (conversation === null) {
    const program = programToStart(pane, policy.programs);
    if (program !== null) return { kind: 'program', command: programCommand(program, pane, account), note: null };
    if (agent === null) return { kind: 'shell', lost: null, note: null };
    return agent.found.kind === 'fresh'
      ? starting(pane, agent.name, null, agent.launch, rules)
      : { kind: 'shell', lost: null, note: unidentifiedNote(agent.name, agent.found) };
  }
  const resumability = checked.get(conversationKey(conversation));
  const label = labelOf(conversation);
  switch (resumability?.kind) {
    case 'resumable':
      return starting(
        pane,
        conversation.agent,
        conversation,
        agent?.launch ?? plainLaunch(conversation, pane.cwd),
        rules,
      );
    case 'live-elsewhere':
      return { kind: 'shell', lost: null, note: `${label} runs in process ${resumability.pid} already` };
    case 'gone':
      return { kind: 'shell', lost: conversation, note: `${label} cannot be resumed: ${resumability.reason}` };
    case undefined:
      return { kind: 'shell', lost: null, note: `${label} could not be checked` };
  }
}

function unidentifiedNote(name: string, found: { readonly kind: string; readonly reason?: string }): string | null {
  return found.reason === undefined ? null : `${name} is not started: ${found.reason}`;
}

function starting(
  pane: Pane,
  name: string,
  conversation: Conversation | null,
  launch: AgentLaunch,
  { account, policy, message }: StartRules,
): PaneStart {
  const agent = agents.find((one) => one.name === name);
  const args = policy.allowSkipPermissions ? launch.args : (agent?.askingArguments(launch.args) ?? []);
  const permitted = { ...launch, args };
  const own = agent?.startCommand(permitted, conversation?.id ?? null) ?? null;
  if (agent === undefined || own === null)
    return { kind: 'shell', lost: null, note: `${name} is not an agent that can be started` };
  const { env } = permitted;
  const wrapper = wrapperFor(pane, policy);
  const argv = [...wrapper.words, ...own];
  const briefly = conversation === null ? null : agent.startCommand({ ...permitted, args: [] }, conversation.id);
  const resumeHint = conversation === null ? null : (pasteable(argv, env) ?? pasteable(briefly ?? argv, {}));
  const prompt = conversation === null || message === null ? noPrompt : promptWords(agent, message);
  const command = paneCommand(shellBelow(pane, account), [...argv, ...prompt.words], { agent: name, env, resumeHint });
  const note = wrapper.leftOut === null ? null : `${name} runs without ${wrapper.leftOut} in front of it`;
  return { kind: 'agent', agent: name, conversation, command, note, withoutMessage: prompt.withoutMessage };
}

const noPrompt = { words: [], withoutMessage: null } as const;

function promptWords(
  { name, firstPrompt }: Agent,
  message: string,
): { readonly words: readonly string[]; readonly withoutMessage: string | null } {
  const prompt = firstPrompt(message);
  if (prompt.kind === 'words') return { words: prompt.words, withoutMessage: null };
  return { words: [], withoutMessage: `${name} did not get the message: ${prompt.reason}` };
}

/** What to run in front of an agent. Where a user's agents have to ask, nothing that could spare them that. */
function wrapperFor({ agent }: Pane, policy: Policy): AgentWrapper {
  const wrapper = agent?.wrapper ?? { words: [], leftOut: null };
  if (policy.allowSkipPermissions || !wrapper.words.some(sparesAsking)) return wrapper;
  return { words: [], leftOut: wrapperName(wrapper.words) };
}

function programCommand({ argv }: PaneProgram, pane: Pane, account: Account): readonly string[] {
  const name = basename(argv[0] ?? '');
  return paneCommand(shellBelow(pane, account), argv, { agent: name, env: {}, resumeHint: null, kind: 'program' });
}

/** The shell that started an agent or a program has the PATH on which it is found. */
function shellBelow(pane: Pane, account: Account): string {
  return shellStartOf(pane.shell, account).program ?? account.shell;
}

/** The shell to start in a pane, with a note for the user. */
interface ShellStart {
  /** The shell's program; null when only tmux can tell it. */
  readonly program: string | null;
  /**
   * Two words, so that tmux does not use `default-command`, which may be anything; null when only tmux can tell the
   * shell.
   */
  readonly command: readonly string[] | null;
  readonly note: string | null;
}

/** Finds the shell to start in a pane: the recorded one, else the login shell of the account. */
export function shellStartOf(recorded: PaneShell | null, { shell }: Account): ShellStart {
  if (recorded !== null && isUsable(recorded.program)) return shellStart(recorded.program, recorded.login, null);
  const note = recorded === null ? null : `its shell is ${shell}, because ${recorded.program} is not there any more`;
  return isUsable(shell) ? shellStart(shell, true, note) : { program: null, command: null, note };
}

function shellStart(program: string, login: boolean, note: string | null): ShellStart {
  return { program, command: [program, login ? '-l' : '-i'], note };
}

/**
 * Root checks a program only in directories that root alone can change. In any other place the check could hang
 * forever.
 */
function isUsable(program: string): boolean {
  if (!program.startsWith('/') || !isShellName(basename(program)) || basename(program) === 'busybox') return false;
  if (isRoot() && distrustedPath(program) !== null) return false;
  return quietly(() => existsSync(program)) ?? false;
}
