import { accessSync, constants, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic, Excerpt } from '../core/diagnostic.ts';
import { ownCommand, shellQuote } from '../core/own-command.ts';
import { type Roster, type RosterUser, rosterOfOne, rosterProblemText } from '../core/roster.ts';
import { counted } from '../core/text.ts';
import {
  defaultRosterPaths,
  findRoster,
  loadRoster,
  type LoadedRoster,
  RosterReadError,
} from '../roster/load-roster.ts';
import { type GoodRoster, readLastGoodRoster } from '../state/last-good-roster.ts';
import { lastGoodRosterPath } from '../state/state-paths.ts';
import type { Account } from '../system/host/accounts.ts';
import { quietly } from '../system/files/read-file.ts';
import { Refusal } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { sayOnStderr } from './output.ts';

/** What a run does: only runs that record or look may go on with the last good roster. */
export type RosterUse = 'act' | 'record';

interface OpenedRoster {
  readonly roster: Roster;
  readonly diagnostics: readonly Diagnostic[];
  /** The roster as a copy to go on with when the file is broken later; null when something is wrong in it. */
  readonly good: GoodRoster | null;
}

interface Place {
  readonly own: Account;
  readonly stateDirectory: string;
  readonly use: RosterUse;
}

/**
 * The roster to use; without one, the invoking user alone. With a file that cannot be used, a run that records goes on
 * with the last good one, and any other run throws Refusal with every problem.
 */
export async function openRoster(invocation: Invocation, place: Place): Promise<OpenedRoster> {
  const { own, stateDirectory } = place;
  const path = findRoster({ flag: invocation.args.last('roster'), env: invocation.env });
  if (path === null) {
    const kept = own.uid === 0 ? readLastGoodRoster(stateDirectory) : null;
    if (kept === null || !defaultRosterPaths.includes(kept.path)) {
      const { args, terminal } = invocation;
      // A person without root needs none.
      const isMissed = own.uid === 0 && !args.has('quiet');
      if (isMissed) sayOnStderr(terminal, 'info', `there is no roster: this is about ${own.name} alone`);
      return selfRoster(own);
    }
    const words = `there is no roster any more: ${kept.path} was one; ${forGood(stateDirectory)}`;
    return fallBack(invocation, place, kept, [{ words, excerpt: null }]);
  }
  const loaded = await attemptToLoad(path);
  if (loaded instanceof RosterReadError) {
    // An administrator may show the host's roster to nobody. A person is still somebody without it.
    if (isClosedTo(own, path)) return selfRoster(own);
    return fallBack(invocation, place, keptCopyOf(path, place), [{ words: loaded.message, excerpt: null }]);
  }
  const { roster, problems, copy } = loaded;
  if (roster === null) {
    const errors = problems.filter(({ severity }) => severity === 'error');
    const faults = errors.map((one) => ({ words: rosterProblemText(one.path, one), excerpt: one.excerpt }));
    return fallBack(invocation, place, keptCopyOf(path, place), faults);
  }
  const empty = problems.find(({ code }) => code === 'empty');
  const isDoubtful = empty !== undefined || roster.users.some(({ mistake }) => mistake !== null);
  const kept = isDoubtful ? keptCopyOf(path, place) : null;
  const before = kept === null ? null : await rosterOf(kept);
  // A file that was cut off while it was written is empty, too.
  if (empty !== undefined && before !== null && before.users.length > 0) {
    const words = rosterProblemText(path, { ...empty, severity: 'error' });
    const hint = `the last good one has ${namesOf(before)}; ${forGood(stateDirectory)}`;
    return fallBack(invocation, place, kept, [{ words: `${words}, and ${hint}`, excerpt: null }]);
  }
  return {
    roster: { ...roster, users: roster.users.map((user) => withKeptPolicy(user, before)) },
    diagnostics: diagnosticsOf(invocation, path, loaded),
    good: copy === null || isForOnce(invocation, path, place) ? null : { path, text: copy },
  };
}

/** Whether it is the roster of the host, and its administrator lets this person not read it. */
export function isClosedTo(own: Account, path: string): boolean {
  const isOfHost = own.uid !== 0 && defaultRosterPaths.includes(path);
  return isOfHost && quietly(() => accessSync(path, constants.R_OK)) === null;
}

/** Whether a file is named for this run alone, so that its copy must not take the place of the usual roster's. */
function isForOnce({ args }: Invocation, path: string, { stateDirectory }: Place): boolean {
  if (args.last('roster') === null) return false;
  const kept = readLastGoodRoster(stateDirectory);
  return kept !== null && kept.path !== path && existsSync(kept.path);
}

function keptCopyOf(path: string, { stateDirectory }: Place): GoodRoster | null {
  const kept = readLastGoodRoster(stateDirectory);
  return kept?.path === path ? kept : null;
}

/** Reads a roster file and returns its problems; throws Refusal only when the file cannot be read. */
export async function readRoster(path: string): Promise<LoadedRoster> {
  const loaded = await attemptToLoad(path);
  if (loaded instanceof RosterReadError) throw new Refusal(loaded.message);
  return loaded;
}

async function attemptToLoad(path: string): Promise<LoadedRoster | RosterReadError> {
  try {
    return await loadRoster(path);
  } catch (error) {
    if (error instanceof RosterReadError) return error;
    throw error;
  }
}

/** A reason why the roster cannot be used. */
interface Fault {
  readonly words: string;
  readonly excerpt: Excerpt | null;
}

async function fallBack(
  invocation: Invocation,
  { stateDirectory, use }: Place,
  kept: GoodRoster | null,
  faults: readonly Fault[],
): Promise<OpenedRoster> {
  const roster = kept === null ? null : await rosterOf(kept);
  if (roster === null || use === 'act') {
    const savesGoOn = 'nothing was done; saves go on with the last good roster until this is mended';
    throw new RosterRefusal(faults, roster === null ? null : savesGoOn);
  }
  const goesOn = `the roster cannot be used, so the last good one counts: ${lastGoodRosterPath(stateDirectory)}; look: ${checkCommand(invocation)}`;
  const diagnostics = [...faults.slice(0, maxFaultsTold).map(({ words }) => words), goesOn].map(
    (message): Diagnostic => ({ severity: 'error', code: 'roster-unusable', user: null, message }),
  );
  return { roster, diagnostics, good: null };
}

/** `roster check` tells all. */
const maxFaultsTold = 5;

class RosterRefusal extends Refusal {
  override readonly excerpts: ReadonlyMap<string, Excerpt>;
  override readonly hint: string | null;

  constructor(faults: readonly Fault[], hint: string | null) {
    super(...faults.map(({ words }) => words));
    this.hint = hint;
    this.excerpts = new Map(faults.flatMap(({ words, excerpt }) => (excerpt === null ? [] : [[words, excerpt]])));
  }
}

/** The kept roster; null when this version of the program cannot use it. */
async function rosterOf({ path, text }: GoodRoster): Promise<Roster | null> {
  const { parseRoster } = await import('../roster/parse-roster.ts');
  return parseRoster(text, path).roster;
}

/** A user with a mistake in the settings is saved as before the mistake. */
function withKeptPolicy(user: RosterUser, kept: Roster | null): RosterUser {
  const before = user.mistake === null ? undefined : kept?.users.find(({ name }) => name === user.name);
  return before === undefined ? user : { ...user, policy: before.policy };
}

function namesOf({ users }: Roster): string {
  const [first = '', second, ...more] = users.map(({ name }) => name);
  if (second === undefined) return first;
  return more.length === 0 ? `${first} and ${second}` : `${first}, ${second} and ${more.length} more`;
}

function forGood(stateDirectory: string): string {
  return `if nobody is meant: rm ${shellQuote(lastGoodRosterPath(stateDirectory))}`;
}

/** More warnings than this are told as a number: a roster of other tools may have hundreds. */
const maxWarningsTold = 3;

function diagnosticsOf(invocation: Invocation, path: string, { problems }: LoadedRoster): readonly Diagnostic[] {
  const warnings = problems.filter(({ severity }) => severity === 'warning');
  const isLong = warnings.length > maxWarningsTold;
  const told = problems.flatMap((problem): readonly Diagnostic[] => {
    const { severity, code, user, message, line, column } = problem;
    if (severity === 'warning' && isLong) return [];
    const held = severity === 'error' ? '; nothing of this user is brought back' : '';
    const text = `${problem.path}:${line}:${column}: ${message}${held}`;
    return [{ severity, code: `roster-${code}`, user, message: text }];
  });
  if (!isLong) return told;
  const message = `${path} has ${counted(warnings.length, 'warning')}: ${checkCommand(invocation)}`;
  return [...told, { severity: 'warning', code: 'roster-warnings', user: null, message }];
}

/** The command that tells everything about the file of this run. */
function checkCommand({ args }: Invocation): string {
  const path = args.last('roster');
  return ownCommand(path === null ? [] : [{ name: '--roster', value: resolve(path) }], 'roster', 'check');
}

function selfRoster(own: Account): OpenedRoster {
  return { roster: rosterOfOne(own.name), diagnostics: [], good: null };
}
