import { askUsers } from '../../../src/agents/ask-users.ts';
import { readdirSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Evidence } from '../../../src/core/record/evidence.ts';
import type { Manifest } from '../../../src/core/manifest.ts';
import type { Observation } from '../../../src/core/observation.ts';
import { record } from '../../../src/core/record/record.ts';
import { defaultPolicy, defaultStartPolicy, type RosterUser } from '../../../src/core/roster.ts';
import type { Context } from '../../../src/reconcile/context.ts';
import { storeRecord } from '../../../src/reconcile/record/store-record.ts';
import { readHeartbeat } from '../../../src/state/heartbeat.ts';
import { loadManifest } from '../../../src/state/load-manifest.ts';
import { listSnapshots } from '../../../src/state/snapshot-store.ts';
import { observed, seen } from '../builders.ts';
import { seededRandom, type SeededRandom } from '../storm/seeded-random.ts';
import type { LongLifeReport, LongLifeSample } from './long-life-report.ts';

// Loads, records, stores and prunes as a save does, over and over, of sessions that come and go every five minutes.
const [, , stateDirectory = '', savesText = '', seedText = '1'] = process.argv;
const saves = Number(savesText);
const random = seededRandom(Number(seedText));
const window = Math.max(50, Math.floor(saves / 20));
const { username, uid, gid, homedir } = userInfo();
const account = { name: username, uid, gid, home: homedir, shell: '/bin/sh' };
const rosterUser: RosterUser = {
  name: username,
  logins: [],
  parked: false,
  isAdmin: false,
  mistake: null,
  policy: defaultPolicy,
};

let world = { boot: 1, server: 1, nextSession: 0, sessions: new Map<string, string>() };
const samples: LongLifeSample[] = [];
let cpuMs: number[] = [];
let largestGoneCount = 0;
const startMs = Date.UTC(2026, 0, 1);

for (let at = 1; at <= saves; at += 1) {
  world = changed(world, random);
  const before = process.cpuUsage();
  const manifest = save(new Date(startMs + at * 5 * 60_000));
  const spent = process.cpuUsage(before);
  cpuMs.push((spent.user + spent.system) / 1000);
  largestGoneCount = Math.max(largestGoneCount, manifest.sessions.filter(({ state }) => state === 'gone').length);
  if (at % window > 0) continue;
  samples.push(sampleAt(at));
  cpuMs = [];
}
const snapshots = listSnapshots(stateDirectory, username).length;
const report: LongLifeReport = { saves, samples, largestGoneCount, snapshots };
process.stdout.write(JSON.stringify(report));

function save(now: Date): Manifest {
  const boot = { bootId: `boot-${world.boot}`, initStartTime: '7' };
  const host = { hostname: 'devvm', ...boot, initStartedAtMs: startMs, bootTimeMs: startMs };
  const stored = loadManifest({ stateDir: stateDirectory, user: username, account, legacyDir: null, host });
  const heartbeat = readHeartbeat(stateDirectory, username);
  const evidence: Evidence = {
    ...boot,
    oomKilled: random.below(20) === 0,
    kills: [],
    serverEndings: [],
    serverEnd: null,
    recentSaves: heartbeat?.recentSaves ?? [],
    made: [],
  };
  const observation = observationOf(world);
  const origin = { user: username, uid, host: host.hostname };
  const seenAt = now.toISOString();
  const manifest = record(stored.manifest, observation, evidence, seenAt, origin);
  if (manifest === null) throw new Error('there is no record');
  const facts = { rosterUser, account, observation, seenAt, stored, heartbeat, evidence };
  const assessment = {
    ...facts,
    isHeartbeatHidden: false,
    oomKills: null,
    terminals: null,
    furtherTerminals: [],
    manifest,
  };
  const result = storeRecord(contextAt(host), assessment, account);
  if (result.result !== 'saved' && result.result !== 'unchanged') throw new Error(JSON.stringify(result));
  return manifest;
}

interface World {
  readonly boot: number;
  readonly server: number;
  readonly nextSession: number;
  /** Names by tmux's `$N`. */
  readonly sessions: Map<string, string>;
}

/** A busy day: sessions are opened, closed and renamed, a server dies now and then, and rarely the host boots. */
function changed(from: World, chance: SeededRandom): World {
  const sessions = new Map(from.sessions);
  const next = from.nextSession + 1;
  const open = [...sessions.keys()];
  const draw = chance.below(100);
  if (draw < 1) return { ...from, boot: from.boot + 1, server: from.server + 1, sessions: new Map() };
  if (draw < 8) return { ...from, server: from.server + 1, sessions: new Map() };
  if (draw < 25 && open.length > 4) sessions.delete(chance.oneOf(open));
  else if (draw < 30 && open.length > 0) sessions.set(chance.oneOf(open), `renamed-${next}`);
  else if (draw < 90 && sessions.size < 30) sessions.set(`$${next}`, `task-${next}`);
  return { ...from, nextSession: next, sessions };
}

function observationOf({ server, sessions }: World): Observation {
  if (sessions.size === 0) return { kind: 'absent', socket: 'stale' };
  const open = [...sessions].map(([tmuxId, name]) => {
    const id = `3f36c85e-0000-4000-8000-${name.replaceAll(/\D/g, '').padStart(12, '0')}`;
    return seen(name, { tmuxId, holding: [{ agent: 'claude', id, ended: null }, null] });
  });
  return observed(open, { pid: 1000 + server, startTime: server });
}

function contextAt(host: Context['host']): Context {
  return {
    roster: { path: null, users: [rosterUser], start: defaultStartPolicy },
    goodRoster: null,
    users: [rosterUser],
    accounts: new Map([[username, account]]),
    diagnostics: [],
    invoker: { account, path: '', tmuxTmpDir: null },
    host,
    stateDirectory,
    recordsKeeper: 'invoker',
    legacyDirectory: null,
    socketName: null,
    seesAllServers: false,
    givenOptions: [],
    tmuxConfigFile: null,
    lockTimeoutMs: 0,
    askUsers,
    readKills: () => Promise.resolve([]),
    now: () => new Date(),
    utcOffsetMinutes: () => 0,
    signal: new AbortController().signal,
  };
}

function sampleAt(at: number): LongLifeSample {
  globalThis.gc?.();
  const files = readdirSync(stateDirectory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  const sorted = cpuMs.toSorted((a, b) => a - b);
  return {
    saves: at,
    heapMib: process.memoryUsage().heapUsed / 1024 ** 2,
    descriptors: readdirSync('/proc/self/fd').length,
    cpuMsPerSave: sorted[Math.floor(sorted.length / 2)] ?? 0,
    stateKib: bytes / 1024,
    files: files.length,
  };
}
