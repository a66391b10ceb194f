import type { Invocation } from './invocation.ts';
import { Refusal, UnknownRefusal } from './exit-codes.ts';
import { invokerOf } from './open-context.ts';
import { openRoster } from './open-roster.ts';
import type { Arguments } from './parse-arguments.ts';
import { recordsPlaceOf } from './records-place.ts';

/** The same run for the user whom `--login` means in the roster. Throws Refusal when it leads to nobody. */
export async function withUserOfLogin(invocation: Invocation): Promise<Invocation> {
  const { args, env } = invocation;
  const login = args.last('login');
  if (login === null) return invocation;
  if (args.has('user')) throw new Refusal('--login and --user exclude each other');
  const own = invokerOf(env).account;
  const { stateDirectory } = recordsPlaceOf(invocation, own);
  const { roster } = await openRoster(invocation, { own, stateDirectory, use: 'record' });
  // A login of several accounts is with none of them.
  const user = roster.users.find(({ logins }) => logins.some(({ name }) => name === login));
  if (user === undefined) {
    if (roster.path === null) throw new Refusal('there is no roster, so no login leads to anybody');
    throw new UnknownRefusal('login', `the login ${JSON.stringify(login)} leads to nobody in the roster`);
  }
  return { ...invocation, args: withUser(args, user.name) };
}

function withUser(args: Arguments, user: string): Arguments {
  return {
    ...args,
    has: (name) => name === 'user' || args.has(name),
    all: (name) => (name === 'user' ? [user] : args.all(name)),
    last: (name) => (name === 'user' ? user : args.last(name)),
  };
}
