import { isUuid } from '../../core/conversation.ts';
import { splitArguments } from './arguments.ts';

export interface ConversationArguments {
  /** The conversation that the arguments name; null when they name none, or a new one branches off it. */
  readonly id: string | null;
  /** Whether it took up a conversation that there was before, whichever. */
  readonly continues: boolean;
}

const subcommands: ReadonlySet<string> = new Set(
  (
    'agents attach auth auto-mode config daemon doctor gateway install kill logs mcp migrate-installer plugin plugins ' +
    'project remote-control respawn rm setup-token stop ultrareview update upgrade'
  ).split(' '),
);

/** Which conversation an argument vector asks for. */
export function conversationArguments(args: readonly string[]): ConversationArguments {
  const flags = splitArguments(args).flatMap((part) => (part.kind === 'flag' && part.flag !== null ? [part] : []));
  const given = (role: string): boolean => flags.some(({ flag }) => flag?.role === role);
  const valueOf = (role: string): string | null => flags.findLast(({ flag }) => flag?.role === role)?.values[0] ?? null;
  // A new id may be chosen for what branches off; the one that is resumed stays as it was.
  const id = given('session-id') ? valueOf('session-id') : given('fork') ? null : valueOf('resume');
  const isContradiction = given('session-id') && (given('resume') || given('continue')) && !given('fork');
  return {
    id: id !== null && !isContradiction && isUuid(id) ? id : null,
    continues: given('resume') || given('continue') || flags.some(({ name }) => /^--(from-pr|teleport)$/.test(name)),
  };
}

/** Whether a person converses with a program of these arguments: neither a subcommand nor a run that prints and ends. */
export function isInteractive(args: readonly string[]): boolean {
  const parts = splitArguments(args);
  const prints = parts.some(
    (part) => part.kind === 'flag' && (part.flag?.role === 'print' || /^-[cp]*p/.test(part.name)),
  );
  const first = parts.find(({ kind }) => kind === 'positional')?.words[0] ?? '';
  return !prints && !subcommands.has(first);
}
