import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface SceneSession {
  readonly name: string;
  readonly directory: string;
  readonly agent: string | null;
  readonly conversation: string | null;
}

export interface SceneUser {
  readonly login: string;
  readonly isAdmin?: boolean;
  /** Root's command never answers about this user. */
  readonly hangs?: boolean;
  readonly delayMs?: number;
  readonly stepMs?: number;
  readonly unknownBecause?: string;
  /** What root's command prints instead of a document. */
  readonly breaks?: string;
  readonly exitCode?: number;
  /** Why this host brings nothing back. */
  readonly refusesRestores?: string;
  readonly health?: readonly { readonly severity: string; readonly text: string }[];
  readonly outcomes?: Readonly<Record<string, { readonly outcome: string; readonly notes: readonly string[] }>>;
  readonly live: readonly (SceneSession & { readonly since: string | null; readonly windows: number })[];
  readonly lost: readonly (SceneSession & {
    readonly cause: string;
    readonly goneAt: string;
    readonly words: string;
    readonly comesBack: boolean;
  })[];
  readonly snapshots: readonly {
    readonly id: string;
    readonly takenAt: string;
    readonly live: number;
    readonly isNewest: boolean;
    readonly lost: number;
    readonly cause: string | null;
    readonly appeared: number;
    readonly closed: number;
    /** The sessions in it. */
    readonly names: readonly string[];
  }[];
}

/** Users, and a stand-in for root's command that answers for them. */
export interface Scene {
  readonly command: string;
  readonly stateDirectory: string;
  readonly set: (user: string, state: SceneUser) => void;
  readonly get: (user: string) => SceneUser;
  /** Each start of root's command: its words, and when it began and ended. */
  readonly calls: () => readonly Call[];
  /** What a save does when it has stored a new snapshot. */
  readonly touch: (user: string) => void;
}

interface Call {
  readonly args: readonly string[];
  readonly beganAtMs: number;
  /** null while it runs, and when it was killed. */
  readonly endedAtMs: number | null;
}

const standIn = join(import.meta.dirname, 'stand-in-root-command.mjs');

export function webScene(
  users: Readonly<Record<string, SceneUser>> = {},
  atEnd: (end: () => void) => void = onTestFinished,
): Scene {
  const root = mkdtempSync(join(tmpdir(), 'tmux-persist-web-'));
  atEnd(() => rmSync(root, { recursive: true, force: true }));
  const [directory, stateDirectory, command] = [join(root, 'users'), join(root, 'state'), join(root, 'root-command')];
  mkdirSync(directory);
  mkdirSync(join(stateDirectory, 'changes'), { recursive: true });
  writeFileSync(command, `#!/bin/sh\nexec ${process.execPath} ${standIn} ${directory} "$@"\n`);
  chmodSync(command, 0o755);
  const path = (user: string): string => join(directory, `${user}.json`);
  const set = (user: string, state: SceneUser): void => {
    // In one step: root's command may read it at any time.
    const unfinished = `${path(user)}.new`;
    writeFileSync(unfinished, JSON.stringify(state));
    renameSync(unfinished, path(user));
  };
  for (const [user, state] of Object.entries(users)) set(user, state);
  return {
    command,
    stateDirectory,
    set,
    get: (user) => JSON.parse(readFileSync(path(user), 'utf8')),
    calls: () => callsIn(join(directory, 'calls.log')),
    touch: (user) => {
      const file = join(stateDirectory, 'changes', user);
      if (!existsSync(file)) writeFileSync(file, '');
      utimesSync(file, new Date(), new Date());
    },
  };
}

function callsIn(log: string): readonly Call[] {
  if (!existsSync(log)) return [];
  const lines = readFileSync(log, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line): { what: string; args: string[]; pid: number; atMs: number } => JSON.parse(line));
  return lines
    .filter(({ what }) => what === 'begin')
    .map(({ args, pid, atMs }) => ({
      args,
      beganAtMs: atMs,
      endedAtMs: lines.find((one) => one.what === 'end' && one.pid === pid)?.atMs ?? null,
    }));
}

export function session(name: string, about: Partial<SceneSession> = {}): SceneSession {
  return { name, directory: '/home/emo/code', agent: null, conversation: null, ...about };
}

export const runs = (one: SceneSession): SceneUser['live'][number] => ({
  ...one,
  since: '2026-11-26T09:30:00.000Z',
  windows: 2,
});

export const wasLost = (
  one: SceneSession,
  about: Partial<SceneUser['lost'][number]> = {},
): SceneUser['lost'][number] => ({
  ...one,
  cause: 'killed',
  goneAt: '2026-11-26T14:02:11.000Z',
  words: 'killed by the kernel for memory (limit of its pane)',
  comesBack: true,
  ...about,
});

/** A user who has lost sessions, and two snapshots: all live, and all lost. */
export function userWhoLost(names: readonly string[], about: Partial<SceneUser> = {}): SceneUser {
  const lost = names.map((name) => wasLost(session(name)));
  const common = { appeared: 0, closed: 0, names };
  return {
    login: 'emo',
    live: [runs(session('quiet'))],
    lost,
    snapshots: [
      {
        id: '20261126T140215',
        takenAt: '2026-11-26T14:02:15.000Z',
        live: 1,
        isNewest: true,
        lost: names.length,
        cause: 'killed',
        ...common,
      },
      {
        id: '20261126T120000',
        takenAt: '2026-11-26T12:00:00.000Z',
        live: names.length + 1,
        isNewest: false,
        lost: 0,
        cause: null,
        ...common,
      },
    ],
    ...about,
  };
}
