import {
  defaultPolicy,
  defaultStartPolicy,
  type HealPolicy,
  type Policy,
  type Roster,
  type RosterProblem,
  type RosterUser,
} from '../core/roster.ts';
import { namesExpression } from './session-names.ts';

/** Builds the roster from a valid document; `mistakes` are the users who must be held, each with the first mistake. */
export function rosterFrom(
  document: RosterDocument,
  path: string,
  mistakes: ReadonlyMap<string, RosterProblem> = new Map(),
): Roster {
  const shared = layered(defaultPolicy, document.persist);
  return {
    path,
    start: {
      agentsAtOnce: document.persist?.start?.agents_at_once ?? defaultStartPolicy.agentsAtOnce,
      memoryFloorMib: document.persist?.start?.memory_floor_mib ?? defaultStartPolicy.memoryFloorMib,
    },
    users: Object.entries(document.users ?? {}).map(([name, user]) => {
      const mistake = mistakes.get(name);
      const listed = rosterUser(name, user ?? {}, shared);
      return mistake === undefined ? listed : held(listed, `${mistake.message} (line ${mistake.line})`);
    }),
  };
}

function rosterUser(name: string, user: UserDocument, shared: Policy): RosterUser {
  return {
    name,
    logins: typeof user.authentik_user === 'string' ? [{ name: user.authentik_user, cwd: null }] : [],
    parked: user.parked === true,
    isAdmin: user.persist?.admin === true,
    mistake: null,
    policy: layered(shared, user.persist),
  };
}

/** Nothing is thrown away by settings that may not be the user's. */
function held(user: RosterUser, mistake: string): RosterUser {
  return { ...user, mistake, policy: { ...user.policy, keepSnapshots: Number.MAX_SAFE_INTEGER } };
}

/** Overrides a policy with settings: causes and limits one by one; patterns are added; the number is replaced. */
function layered(below: Policy, persist: PersistDocument | null | undefined): Policy {
  const restore = persist?.restore;
  // Here null is a value and means no limit.
  const { server_high_mib: highMib = below.serverMemory.highMib, server_max_mib: maxMib = below.serverMemory.maxMib } =
    persist?.memory ?? {};
  return {
    restore: {
      reboot: restore?.reboot ?? below.restore.reboot,
      'server-died': restore?.['server-died'] ?? below.restore['server-died'],
      killed: restore?.killed ?? below.restore.killed,
      'server-stopped': restore?.['server-stopped'] ?? below.restore['server-stopped'],
      closed: restore?.closed ?? below.restore.closed,
    },
    exclude: [...new Set([...below.exclude, ...(persist?.exclude ?? [])])],
    names: namesOf(below.names, persist?.names),
    keepWhen: persist?.keep_when === undefined ? below.keepWhen : persist.keep_when,
    sockets: persist?.sockets ?? below.sockets,
    keepSnapshots: persist?.keep_snapshots ?? below.keepSnapshots,
    allowSkipPermissions: persist?.allow_skip_permissions ?? below.allowSkipPermissions,
    programs: programsOf(below.programs, persist?.programs),
    scrollbackLines: scrollbackOf(below.scrollbackLines, persist?.scrollback),
    heal: healOf(below.heal, persist?.heal),
    serverMemory: { highMib, maxMib },
  };
}

/**
 * Adds to the programs that are listed below. `off`, which another reader of YAML takes for false, leaves none, not even
 * the usual ones.
 */
function programsOf(below: Policy['programs'], programs: PersistDocument['programs']): Policy['programs'] {
  if (programs === 'off' || programs === false) return [];
  return Array.isArray(programs) ? [...new Set([...below, ...programs])] : below;
}

/** Here null is a value and means all names. */
function namesOf(below: Policy['names'], names: PersistDocument['names']): Policy['names'] {
  if (names === undefined) return below;
  return names === null ? null : namesExpression(names);
}

function scrollbackOf(
  below: Policy['scrollbackLines'],
  scrollback: PersistDocument['scrollback'],
): Policy['scrollbackLines'] {
  if (typeof scrollback === 'number') return scrollback;
  return scrollback === 'off' || scrollback === false ? null : below;
}

/** One word switches all causes, and leaves the message as it is. */
function healOf(below: HealPolicy, heal: PersistDocument['heal']): HealPolicy {
  if (heal === null || heal === undefined) return below;
  if (typeof heal !== 'object') {
    const all = isOn(heal);
    return { ...below, serverDied: all, ownLimit: all, hostMemory: all };
  }
  // Here null is a value and means no message.
  const { message = below.message } = heal;
  return {
    serverDied: isOn(heal['server-died'] ?? below.serverDied),
    ownLimit: isOn(heal['own-limit'] ?? below.ownLimit),
    hostMemory: isOn(heal['host-memory'] ?? below.hostMemory),
    message,
  };
}

function isOn(word: Switch): boolean {
  return word === 'on' || word === true;
}

/** A valid roster file as written; the contract is schemas/roster.schema.json. */
export interface RosterDocument {
  readonly persist?: (PersistDocument & { readonly start?: StartDocument | null }) | null;
  readonly users?: Readonly<Record<string, UserDocument | null>> | null;
}

/** Keys of other tools are here as they may be written. */
interface UserDocument {
  readonly authentik_user?: string | number | boolean | null;
  readonly parked?: string | number | boolean | null;
  readonly persist?: (PersistDocument & { readonly admin?: boolean | null }) | null;
}

interface PersistDocument {
  readonly keep_snapshots?: number;
  readonly restore?: Partial<Policy['restore']> | null;
  readonly exclude?: readonly string[];
  readonly names?: string | null;
  readonly keep_when?: string | null;
  readonly sockets?: readonly string[];
  readonly allow_skip_permissions?: boolean;
  readonly programs?: readonly string[] | 'off' | boolean | null;
  readonly scrollback?: number | 'off' | boolean | null;
  readonly heal?: HealDocument | Switch | null;
  readonly memory?: MemoryDocument | null;
}

interface HealDocument {
  readonly 'server-died'?: Switch;
  readonly 'own-limit'?: Switch;
  readonly 'host-memory'?: Switch;
  readonly message?: string | null;
}

/** Other readers of YAML take these words for true and false. */
type Switch = 'on' | 'off' | boolean;

interface MemoryDocument {
  readonly server_high_mib?: number | null;
  readonly server_max_mib?: number | null;
}

interface StartDocument {
  readonly agents_at_once?: number;
  readonly memory_floor_mib?: number;
}
