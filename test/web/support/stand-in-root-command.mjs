// Stands in for root's command: answers for users whose state is one JSON file each, in the directory that is the first
// argument. It takes the same words, keeps the same forms, and exits with the same statuses.
import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const [directory, ...args] = process.argv.slice(2);
const startedAtMs = Date.now();
const words = args.filter((one) => one !== '--json' && one !== '--json=lines');
const isByLogin = words[0] === '--login';
const [name, verb = 'restore', ...rest] = isByLogin ? words.slice(1) : words;
const user = isByLogin ? userOf(name) : name;
const path = user === null ? '' : join(directory, `${user}.json`);
const scene = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
note('begin');
// Whatever it waits for, it goes with the test, which removes the directory.
setInterval(() => existsSync(directory) || process.kill(process.pid, 'SIGKILL'), 500).unref();
process.on('exit', () => note('end'));

if (scene === null)
  refuse(`${JSON.stringify(name)} leads to nobody in the roster of this host`, isByLogin ? 'login' : 'user');
if (scene.hangs) await pause(3_600_000);
if (scene.delayMs) await pause(scene.delayMs);
if (scene.breaks) {
  process.stdout.write(scene.breaks);
  process.exit(scene.exitCode ?? 1);
}

switch (verb) {
  case 'open':
    print({ ...head('picker'), isAdmin: scene.isAdmin ?? false, ...observed(), ...pickerOf() });
    break;
  case 'show': {
    const found = scene.snapshots.find(({ id }) => id === rest[0]);
    if (found === undefined) refuse(`there is no snapshot ${rest[0]} of ${user}`, 'snapshot');
    print({ ...head('selection'), id: found.id, takenAt: found.takenAt, rows: rowsOf(found) });
    break;
  }
  case 'overview':
    if (!scene.isAdmin) refuse(`${user} is no admin`);
    print({ ...head('overview'), ...overview() });
    break;
  case 'select':
    await select(rest.slice(1));
    break;
  default:
    refuse(`${verb} is not a verb`);
}

/** In one step: others look for a login in the files of all users at the same time. */
function store() {
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify(scene));
  renameSync(unfinished, path);
}

function head(kind) {
  return { formatVersion: 1, kind, user };
}

function observed() {
  const reason = scene.unknownBecause ?? null;
  return { observed: reason === null, reason, watch: 'running', now: new Date().toISOString() };
}

function pickerOf() {
  const { snapshots } = scene;
  const [live, lost] = scene.unknownBecause ? [[], heldAway(scene.lost)] : [scene.live, scene.lost];
  const [newest] = snapshots;
  const selection = newest === undefined ? null : { id: newest.id, rows: rowsOf(newest) };
  return { live, lost, snapshots: snapshots.map((one) => ({ ...one, names: undefined })), selection };
}

/** No restore brings anything back while it is not known what runs. */
function heldAway(lost) {
  return lost.map((one) => ({ ...one, comesBack: false }));
}

function rowsOf({ names }) {
  return names.map((one) => {
    const running = scene.live.find((session) => session.name === one);
    const gone = scene.lost.find((session) => session.name === one);
    const facts = running ?? gone ?? { directory: '/srv', agent: null, conversation: null };
    const isBack = running !== undefined || scene.unknownBecause !== undefined;
    const isTicked = !isBack && (gone?.comesBack ?? true);
    return {
      name: one,
      directory: facts.directory,
      agent: facts.agent,
      conversation: facts.conversation,
      windows: 1,
      state: isBack ? 'live_same' : 'missing',
      action: isBack ? 'skip' : 'new',
      target: isBack ? null : one,
      isTicked,
      closedAt: isTicked || isBack ? null : gone.goneAt,
      cause: gone?.cause ?? null,
      goneAt: gone?.goneAt ?? null,
      reason: scene.unknownBecause
        ? 'it is not known what runs'
        : isBack
          ? 'it runs'
          : isTicked
            ? 'it was lost'
            : 'it was closed',
    };
  });
}

async function select(names) {
  if (scene.refusesRestores) {
    const document = error(2, scene.refusesRestores, null);
    process.stdout.write(`${JSON.stringify({ event: 'error', exitCode: 2, document })}\n`);
    process.exit(2);
  }
  const unknown = names.find((one) => !scene.lost.some((session) => session.name === one));
  if (unknown !== undefined) {
    const document = error(2, `no session ${unknown} in that snapshot`, 'selection');
    process.stdout.write(`${JSON.stringify({ event: 'error', exitCode: 2, document })}\n`);
    process.exit(2);
  }
  say({ event: 'begin', user, sessions: names.map((one) => ({ name: one, target: one })) });
  let exitCode = 0;
  for (const one of names) {
    await pause(scene.stepMs ?? 20);
    const { outcome = 'created', notes = [] } = scene.outcomes?.[one] ?? {};
    if (outcome === 'failed') exitCode = 1;
    else {
      const { goneAt: _a, cause: _b, words: _c, comesBack: _d, ...facts } = scene.lost.find((s) => s.name === one);
      scene.live.push({ ...facts, since: new Date().toISOString(), windows: 1 });
      scene.lost = scene.lost.filter((session) => session.name !== one);
      store();
    }
    say({ event: 'session', name: one, target: one, outcome, notes });
  }
  say({ event: 'end', exitCode, document: applied() });
  process.exitCode = exitCode;
}

/** The smallest document of an apply. */
function applied() {
  const counts = 'created createdWithoutConversation resumed alreadyLive failed deferred units hold conflict'.split(
    ' ',
  );
  return {
    formatVersion: 1,
    kind: 'restore',
    host: 'host',
    createdAt: new Date().toISOString(),
    roster: { path: null, users: 1 },
    users: [],
    units: [],
    unitDropIns: [],
    diagnostics: [],
    summary: Object.fromEntries(counts.map((count) => [count, 0])),
    complete: true,
  };
}

function overview() {
  const users = readdirSync(directory)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => {
      const { live, lost } = JSON.parse(readFileSync(join(directory, file), 'utf8'));
      const losses = lost.filter(({ comesBack }) => comesBack);
      return {
        user: file.slice(0, -'.json'.length),
        live: live.length,
        lost: losses.length,
        lastSavedAt: '2026-11-26T14:02:00.000Z',
        saveProblem: null,
        lastLossAt: losses[0]?.goneAt ?? null,
        lastCause: losses[0]?.cause ?? null,
      };
    });
  return { users, health: scene.health ?? [{ severity: 'ok', text: 'the watch runs' }] };
}

function userOf(login) {
  for (const file of readdirSync(directory).filter((one) => one.endsWith('.json'))) {
    if (JSON.parse(readFileSync(join(directory, file), 'utf8')).login === login) return file.slice(0, -'.json'.length);
  }
  return null;
}

function say(event) {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

function print(document) {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}

function error(exitStatus, message, unknown) {
  return { formatVersion: 1, kind: 'error', exitStatus, unknown, errors: [{ message }] };
}

function refuse(message, unknown = null) {
  process.stderr.write(`tmux-persist: ${message}\n`);
  print(error(2, message, unknown));
  process.exit(2);
}

function note(what) {
  const line = { what, args, pid: process.pid, startedAtMs, atMs: Date.now() };
  appendFileSync(join(directory, 'calls.log'), `${JSON.stringify(line)}\n`);
}
