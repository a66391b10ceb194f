import { basename, resolve } from 'node:path';
import type { ConversationClaim } from '../../core/record/assign-conversations.ts';
import { isUuid } from '../../core/conversation.ts';
import { groupBy } from '../../core/group-by.ts';
import type { Agent, AgentProcess, AgentReading, ProcessFacts } from '../agent.ts';
import { absolutePath, launchOf } from '../launch-of.ts';
import { optionTable, splitVector, type SplitVector, wantedOptions } from '../option-vector.ts';
import type { UserFiles } from '../user-files.ts';
import { daemonRollouts, matchTerminals } from './daemon.ts';
import { findRollout, openRollouts, type Rollout } from './rollouts.ts';

// From `codex --help` of 0.169.0, with the names of earlier releases.
const subcommands: ReadonlySet<string> = new Set(
  (
    'agents exec e review login logout mcp mcp-server plugin app app-server remote-control completion update doctor ' +
    'sandbox debug apply a queue archive delete migrate-rollouts migrate-nfs-db unarchive cloud exec-server execpolicy ' +
    'features responses-api-proxy stdio-to-uds proto help'
  ).split(' '),
);

const options = optionTable([
  {
    role: 'keep',
    takes: 'none',
    names:
      '--strict-config --oss --approve-for-me --full-auto --yolo --dangerously-bypass-approvals-and-sandbox ' +
      '--dangerously-bypass-hook-trust --search --no-alt-screen --no-daemon',
  },
  {
    role: 'keep',
    takes: 'one',
    names: '--enable --disable -m --model --local-provider -p --profile -s --sandbox --add-dir -a --ask-for-approval',
  },
  { role: 'settings', takes: 'one', names: '-c --config' },
  { role: 'drop', takes: 'none', names: '--last --all --include-non-interactive --worktree' },
  { role: 'drop', takes: 'one', names: '--remote --remote-auth-token-env -C --cd' },
  { role: 'drop', takes: 'many', names: '-i --image' },
  { role: 'end', takes: 'none', names: '-h --help -V --version' },
]);

/** Codex. The process, or its background server, keeps the conversation's rollout file open. */
export const codex: Agent = {
  name: 'codex',
  // `node .../bin/codex.js` only starts the executable, and waits.
  mayBe: (comm) => comm === 'codex',
  roleOf: (process) => {
    if (basename(process.exe ?? process.argv?.[0] ?? '') !== 'codex') return null;
    const { positionals, ends } = vectorOf(process);
    return ends || subcommands.has(positionals[0] ?? '') ? 'other' : 'interactive';
  },
  readConversations: (processes, files) => {
    const terminals = processes.map((process) => terminalOf(process, files));
    const byHome = groupBy(terminals, ({ home }) => home);
    return new Map([...byHome].flatMap(([home, own]) => readHome(home, own, files)));
  },
  checkResumable: ({ id, launch }, files) =>
    findRollout(id, homeOf(launch.env['CODEX_HOME'] ?? null, files), files) === null
      ? { kind: 'gone', reason: 'its rollout file was removed' }
      : { kind: 'resumable' },
  // With its background server, 0.169.0 opens the file of a resumed conversation in another process than its own.
  announcesConversation: () => false,
  askingArguments: (args) => wantedOptions(args, options, asksFirst),
  startCommand: ({ executable, args }, id) => {
    if (id === null) return [executable, ...args];
    return isUuid(id) ? [executable, 'resume', id, ...args] : null;
  },
  // `codex resume [OPTIONS] [SESSION_ID] [PROMPT]` (0.171.0).
  firstPrompt: (text) => ({ kind: 'words', words: ['--', text] }),
};

/**
 * Whether an option still lets Codex ask first, from `codex --help` of 0.169.0. A setting may be inside a profile, and
 * its value may be quoted.
 */
function asksFirst(name: string, values: readonly string[]): boolean {
  switch (name) {
    case '-a':
    case '--ask-for-approval':
      return !values.some((value) => /never/i.test(value));
    case '-s':
    case '--sandbox':
      return !values.some((value) => /danger/i.test(value));
    case '-c':
    case '--config':
      return !values.some((value) => /approval|sandbox|permission/i.test(value.split('=', 1)[0] ?? ''));
    default:
      return !/^--(dangerously-|yolo$|full-auto$|approve-for-me$)/.test(name);
  }
}

interface CodexTerminal {
  readonly process: AgentProcess;
  readonly home: string;
  readonly vector: SplitVector;
  readonly directory: string | null;
  readonly startedAtMs: number;
  /** The conversation that its arguments resume; null when they name none. */
  readonly resumed: string | null;
}

interface Finding {
  readonly claims: readonly ConversationClaim[];
  readonly fresh: boolean;
  readonly reason: string | null;
  readonly rollout: Rollout | null;
}

function vectorOf({ argv }: ProcessFacts): SplitVector {
  return splitVector(argv?.slice(1) ?? [], options);
}

function homeOf(variable: string | null, files: UserFiles): string {
  return absolutePath(variable) ?? `${files.home}/.codex`;
}

function terminalOf(process: AgentProcess, files: UserFiles): CodexTerminal {
  const vector = vectorOf(process);
  const [subcommand, id = ''] = vector.positionals;
  const changed = vector.valueOf('-C', '--cd');
  return {
    process,
    home: homeOf(process.env('CODEX_HOME'), files),
    vector,
    directory: changed === null || process.cwd === null ? process.cwd : resolve(process.cwd, changed),
    startedAtMs: process.startedAtMs,
    resumed: subcommand === 'resume' && isUuid(id) ? id : null,
  };
}

function readHome(
  home: string,
  terminals: readonly CodexTerminal[],
  files: UserFiles,
): readonly (readonly [AgentProcess, AgentReading])[] {
  const own = new Map(terminals.map((terminal) => [terminal, findOwn(terminal, files)]));
  const open = terminals.filter((terminal) => own.get(terminal) === null);
  const served = open.filter(({ vector }) => !vector.has('--no-daemon'));
  const daemon = served.length === 0 ? null : daemonRollouts(home, files);
  const matched = matchTerminals(served, daemon?.kind === 'seen' ? daemon.rollouts : []);
  const mayHold = daemon !== null && (daemon.kind === 'hidden' || daemon.unreadable || daemon.rollouts.length > 0);
  return terminals.map((terminal) => {
    const rollout = matched.get(terminal);
    const found =
      own.get(terminal) ??
      (rollout !== undefined
        ? { ...claimed(rollout, { source: 'assignment', confidence: 'medium' }) }
        : mayHold && served.includes(terminal)
          ? unidentified('its conversation is with the background server of codex, which does not tell whose is whose')
          : { claims: [], fresh: true, reason: null, rollout: null });
    return [terminal.process, readingOf(terminal, found, files)];
  });
}

/**
 * What the process itself shows; null when it shows nothing. Then nobody has sent it a message, or a server holds the
 * conversation.
 */
function findOwn({ process, home, vector, resumed }: CodexTerminal, files: UserFiles): Finding | null {
  if (vector.has('--remote')) return unidentified('its conversation is with another server');
  const seen = openRollouts(process.pid, home, files);
  const rollouts = seen.kind === 'seen' ? seen.rollouts : [];
  // After /new the file of the former conversation stays open (0.169.0).
  const [latest, ...others] = rollouts.toSorted((a, b) => b.writtenAtMs - a.writtenAtMs);
  if (latest !== undefined) {
    return claimed(latest, { source: 'open-file', confidence: others.length === 0 ? 'certain' : 'high' });
  }
  if (seen.kind === 'seen' && seen.unreadable) return unidentified('its rollout file was removed, or cannot be read');
  const named = resumed === null ? null : findRollout(resumed, home, files);
  if (named !== null) return claimed(named, { source: 'argv', confidence: 'medium' });
  if (resumed !== null) return unidentified('the conversation that it was started with has no rollout file');
  return seen.kind === 'hidden' ? unidentified('it does not show which files it holds open') : null;
}

function claimed(rollout: Rollout, how: Pick<ConversationClaim, 'source' | 'confidence'>): Finding {
  return { claims: [{ id: rollout.id, ...how }], fresh: false, reason: null, rollout };
}

function unidentified(reason: string): Finding {
  return { claims: [], fresh: false, reason, rollout: null };
}

function readingOf(terminal: CodexTerminal, { rollout, ...found }: Finding, files: UserFiles): AgentReading {
  const { process, vector, directory } = terminal;
  const isResumed = vector.positionals[0] === 'resume' || vector.positionals[0] === 'fork';
  const launch = launchOf(
    process,
    {
      name: 'codex',
      calledAs: process.argv?.[0] ?? '',
      vector,
      ownWords: isResumed ? vector.positionals.slice(0, 2) : [],
      variables: ['CODEX_HOME'],
      directory: rollout?.directory ?? directory,
    },
    files,
  );
  const version = /\/releases\/(\d{1,6}\.\d{1,6}\.\d{1,6})[^/]*\//.exec(process.exe ?? '')?.[1] ?? null;
  return { version, launch, ...found };
}
