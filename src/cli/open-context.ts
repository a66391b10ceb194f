import { askUsers } from '../agents/ask-users.ts';
import { resolve } from 'node:path';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { GivenOption } from '../core/own-command.ts';
import { type Roster, type RosterUser, unlistedUser } from '../core/roster.ts';
import { nearMiss } from '../core/text.ts';
import type { Context, Invoker } from '../reconcile/context.ts';
import { legacyStateDir } from '../state/load-manifest.ts';
import { distrustedState } from '../state/state-files.ts';
import { listStoredUsers } from '../state/state-paths.ts';
import { type Account, lookUpAccounts, ownAccount } from '../system/host/accounts.ts';
import { expectShortRun } from '../system/programs/exec.ts';
import { readHostFacts } from '../system/host/host.ts';
import { readRecentKills } from '../systemd/kills-in-journal.ts';
import { attemptRead } from '../system/files/read-file.ts';
import { type Distrust, distrustText } from '../system/files/trusted-path.ts';
import { Refusal, UnknownRefusal } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { openRoster, type RosterUse } from './open-roster.ts';
import { recordsPlaceOf } from './records-place.ts';

/** Resolves and checks everything that a run needs, before the run does anything. Throws Refusal. */
export async function openContext(invocation: Invocation, asked: readonly string[], use: RosterUse): Promise<Context> {
  expectShortRun();
  return readContext(invocation, asked, use);
}

/** The same for a run that lasts. */
export async function readContext(invocation: Invocation, asked: readonly string[], use: RosterUse): Promise<Context> {
  const { args, env } = invocation;
  const invoker = invokerOf(env);
  const { stateDirectory, keeper } = recordsPlaceOf(invocation, invoker.account);
  const opened = await openRoster(invocation, { own: invoker.account, stateDirectory, use });
  const { roster, good: goodRoster } = opened;
  const diagnostics = opened.diagnostics.filter(
    ({ user }) => user === null || asked.length === 0 || asked.includes(user),
  );
  const wanted = usersOf(roster, asked, { own: invoker.account, stateDirectory });
  refuseOthers(wanted, invoker.account);
  const accounts = await accountsOf(roster.users, invoker.account);
  const sameIds = sameUserIds(roster.users, accounts);
  const refused = sameIds.filter(({ user }) => user !== null && asked.includes(user));
  if (refused.length > 0) throw new Refusal(...refused.map(({ user, message }) => `user ${user}: ${message}`));
  refuseUntrustedState(stateDirectory);
  const socketName = socketNameOf(invocation);
  return {
    roster,
    goodRoster,
    users: wanted.filter(({ name }) => !sameIds.some(({ user }) => user === name)),
    accounts,
    diagnostics: [...diagnostics, ...sameIds.filter(({ user }) => wanted.some(({ name }) => name === user))],
    invoker,
    host: readHostFacts(),
    stateDirectory,
    recordsKeeper: keeper,
    legacyDirectory: invoker.account.uid === 0 ? legacyStateDir : null,
    // The default socket by its name: then its server alone is meant.
    socketName: socketName === 'default' ? null : socketName,
    seesAllServers: socketName === null,
    givenOptions: givenOptionsOf(invocation),
    tmuxConfigFile: null,
    lockTimeoutMs: lockTimeoutMsOf(args.last('lock-timeout')),
    askUsers,
    readKills: (withinMs) => readRecentKills(withinMs, invocation.signal),
    now: invocation.now,
    utcOffsetMinutes: invocation.terminal.utcOffsetMinutes,
    signal: invocation.signal,
  };
}

/** Throws Refusal when another user could change the records, because root acts on them. */
export function refuseUntrustedState(stateDirectory: string): void {
  const distrust = distrustedState(stateDirectory);
  if (distrust !== null) throw new Refusal(untrustedStateText(stateDirectory, distrust));
}

export function untrustedStateText(stateDirectory: string, distrust: Distrust): string {
  const isOnTheWay = distrust.mend === null && stateDirectory.startsWith(`${distrust.path}/`);
  const elsewhere = isOnTheWay ? '; keep the records elsewhere: --state-dir /var/lib/tmux-persist' : '';
  return `the state directory ${stateDirectory} cannot be trusted: ${distrustText(stateDirectory, distrust)}${elsewhere}`;
}

/**
 * Reports roster names whose account has the same user id as an earlier one. Otherwise two separate records would
 * manage one tmux server.
 */
function sameUserIds(users: readonly RosterUser[], accounts: ReadonlyMap<string, Account>): readonly Diagnostic[] {
  const firstWith = new Map<number, string>();
  return users.flatMap(({ name }): readonly Diagnostic[] => {
    const uid = accounts.get(name)?.uid;
    if (uid === undefined) return [];
    const first = firstWith.get(uid);
    if (first === undefined) firstWith.set(uid, name);
    if (first === undefined) return [];
    const message = `has the user id ${uid} of ${first}, who stands before in the roster, so nothing is done for this name; remove one of the two`;
    return [{ severity: 'warning', code: 'same-user-id', user: name, message }];
  });
}

export function invokerOf(env: Invocation['env']): Invoker {
  return {
    account: ownAccount(env),
    path: env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    tmuxTmpDir: nonEmpty(env['TMUX_TMPDIR']),
  };
}

/** The users who are meant. A person without root is one of them, in the roster or not, and is meant without a name. */
function usersOf(
  roster: Roster,
  asked: readonly string[],
  { own, stateDirectory }: { readonly own: Account; readonly stateDirectory: string },
): readonly RosterUser[] {
  const isKnown = own.uid === 0 || roster.users.some(({ name }) => name === own.name);
  const users = isKnown ? roster.users : [...roster.users, unlistedUser(own.name)];
  const names = users.map((user) => user.name);
  const problems = asked
    .filter((name) => !names.includes(name))
    .map((name) => {
      const meant = nearMiss(name, names);
      if (isRecorded(stateDirectory, name)) return noLongerListed(name, roster, meant);
      const hint = meant === null ? `it lists ${names.join(', ') || 'nobody'}` : `did you mean ${meant}?`;
      return `user ${JSON.stringify(name)} is not in the roster ${roster.path ?? '(there is none)'}; ${hint}`;
    });
  if (problems.length > 0) {
    throw roster.path === null ? new Refusal(...problems) : new UnknownRefusal('user', ...problems);
  }
  if (asked.length > 0) return users.filter((user) => asked.includes(user.name));
  return own.uid === 0 ? users : users.filter(({ name }) => name === own.name);
}

function isRecorded(stateDirectory: string, name: string): boolean {
  const stored = attemptRead(() => listStoredUsers(stateDirectory));
  return stored.kind === 'read' && stored.value.includes(name);
}

function noLongerListed(name: string, { path }: Roster, near: string | null): string {
  const mistyped = near === null ? '' : `; it lists ${near}: is ${name} meant?`;
  return `user ${JSON.stringify(name)} has records here (tmux-persist show ${name}), but is not in the roster ${path ?? '(there is none)'} any more, so nothing of this user is saved or restored${mistyped}`;
}

function refuseOthers(users: readonly RosterUser[], own: Account): void {
  if (own.uid === 0) return;
  const others = users.filter((user) => user.name !== own.name).map((user) => user.name);
  if (others.length > 0) throw new Refusal(`only root can reach the tmux of ${others.join(', ')}: use sudo`);
}

/** Accounts by name. This process knows its own account. One call of the name service returns the others. */
async function accountsOf(users: readonly RosterUser[], own: Account): Promise<ReadonlyMap<string, Account>> {
  const others = users.map((user) => user.name).filter((name) => name !== own.name);
  return new Map([...(await lookUpAccounts(others)), [own.name, own]]);
}

function socketNameOf({ args, env }: Invocation): string | null {
  const name = args.last('socket-name') ?? nonEmpty(env['TMUX_PERSIST_SOCKET_NAME']);
  if (name !== null && (name.includes('/') || name === '.' || name === '..')) {
    throw new Refusal(`--socket-name ${JSON.stringify(name)} is not a file name; it is what tmux takes after -L`);
  }
  return name;
}

/**
 * The paths are absolute, because the user may paste the printed command in another directory. Values from the
 * environment are not repeated.
 */
function givenOptionsOf({ args }: Invocation): readonly GivenOption[] {
  const given = (name: GivenOption['name'], asGiven: (value: string) => string): readonly GivenOption[] => {
    const value = args.last(name.slice(2));
    return value === null ? [] : [{ name, value: asGiven(value) }];
  };
  return [
    ...given('--roster', (path) => resolve(path)),
    ...given('--state-dir', (path) => resolve(path)),
    ...given('--socket-name', (value) => value),
  ];
}

function lockTimeoutMsOf(text: string | null): number {
  if (text === null) return 30_000;
  if (!/^\d{1,5}(\.\d{1,3})?$/.test(text)) {
    throw new Refusal(`--lock-timeout ${JSON.stringify(text)} is not a number of seconds`);
  }
  return Number(text) * 1000;
}

function nonEmpty(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
