import type { Arguments } from './parse-arguments.ts';

/** The users that the command line names, as words or by `--user`; empty when it names none. */
export function askedUsers({ positionals, all }: Arguments): readonly string[] {
  return [...new Set([...positionals, ...all('user')])];
}

/** The one user that a command is about, and its other words; `--user U` is another way to write the first word. */
export function oneUserAnd({ positionals, last }: Arguments): {
  readonly user: string;
  readonly rest: readonly string[];
} {
  const named = last('user');
  if (named !== null) return { user: named, rest: positionals };
  const [user = '', ...rest] = positionals;
  return { user, rest };
}
