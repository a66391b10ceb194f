import { Refusal } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { invokerOf } from './open-context.ts';
import type { Arguments } from './parse-arguments.ts';

/** The users that the command line names, as words or by `--user`; empty when it names none. */
export function askedUsers({ positionals, all }: Arguments): readonly string[] {
  return [...new Set([...positionals, ...all('user')])];
}

/** The one user that a command is about, and its other words. */
export interface UserAndWords {
  readonly user: string;
  readonly rest: readonly string[];
}

/** `--user U` is another way to write the first word. */
export function oneUserAnd({ positionals, last }: Arguments): UserAndWords {
  const named = last('user');
  if (named !== null) return { user: named, rest: positionals };
  const [user = '', ...rest] = positionals;
  return { user, rest };
}

/** What a command takes beside its user. */
export interface OtherWords {
  readonly command: string;
  readonly min: number;
  readonly max: number;
  /** As help shows them. */
  readonly placeholder: string;
  /** Whether the first word names no user, but is one of them. */
  readonly isOne: (word: string) => boolean;
}

/** With what the command line names: null when it names nobody, and oneself is meant. */
export interface UserOrOneself extends UserAndWords {
  readonly asked: string | null;
}

/**
 * The same for a command that a person without root may give without a user. Then it is about themselves. Throws
 * Refusal for too few words, and for too many.
 */
export function userOrOneselfAnd({ args, env }: Pick<Invocation, 'args' | 'env'>, other: OtherWords): UserOrOneself {
  const own = invokerOf(env).account;
  const [first] = args.positionals;
  const isLeftOut = own.uid !== 0 && !args.has('user') && (first === undefined || other.isOne(first));
  const { user, rest } = isLeftOut ? { user: own.name, rest: args.positionals } : oneUserAnd(args);
  if (user === '' || rest.length < other.min) {
    const missing = [...(user === '' ? ['USER'] : []), ...(rest.length < other.min ? [other.placeholder] : [])];
    throw new Refusal(`${other.command} needs more arguments: ${missing.join(' ')}`, seeHelp(other));
  }
  const extra = rest[other.max];
  if (extra !== undefined) {
    throw new Refusal(`${other.command} takes no argument ${JSON.stringify(extra)}`, seeHelp(other));
  }
  return { user, rest, asked: isLeftOut ? null : user };
}

/** No word of a command that takes none. */
export const noOtherWords: Pick<OtherWords, 'min' | 'max' | 'placeholder' | 'isOne'> = {
  min: 0,
  max: 0,
  placeholder: '',
  isOne: () => false,
};

function seeHelp({ command }: OtherWords): string {
  return `see: tmux-persist ${command} --help`;
}
