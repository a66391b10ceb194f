import process from 'node:process';
import { exitCodes } from './cli/exit-codes.ts';
import { invokerOf } from './cli/open-context.ts';
import { noUnits } from './core/units/units.ts';
import { isPredecessorScript, keepPredecessor, otherThanScript } from './predecessor/files.ts';
import { lookAtUnits, unitsPlanOf } from './reconcile/observe/look-at-units.ts';
import { StateWriteError } from './system/errors.ts';
import { type FileReading, readRegularFile } from './system/read-file.ts';
import { distrustedPath } from './system/trusted-path.ts';
import { applyUnits, restart } from './systemd/apply-units.ts';
import { removeUnits } from './systemd/remove-units.ts';
import { SystemctlError, type SystemctlOptions } from './systemd/systemctl.ts';
import { lastingUnits } from './systemd/unit-files.ts';

// scripts/install-host.mjs and scripts/uninstall-host.mjs call this. It handles only the host's units, no roster and no
// session.
void start();

async function start(): Promise<void> {
  process.exitCode = await main(process.argv.slice(2));
}

async function main([mode, path, ...more]: readonly string[]): Promise<number> {
  if (mode === 'heal') return heal();
  if (mode === 'remove') return remove();
  if (mode === 'keep-predecessor' && path !== undefined) return keep(path);
  if (mode === 'require-roots-own' && path !== undefined) return requireRootsOwn([path, ...more]);
  say('host-units takes heal, remove, keep-predecessor FILE or require-roots-own PATH...');
  return exitCodes.refused;
}

async function heal(): Promise<number> {
  const { signal } = new AbortController();
  const look = await lookAtUnits({ invoker: invokerOf(process.env), signal });
  const plan = look.kind === 'none' ? noUnits : unitsPlanOf(look);
  for (const { message } of plan.diagnostics) say(message);
  for (const { path } of plan.overrides) say(`${path} was edited: it stays, and systemd takes it before ours`);
  for (const { unit, path } of plan.leftAlone) say(`${unit} is left alone, by ${path}`);
  if (look.kind !== 'observed') {
    say(`the units were left alone: ${look.reason}`);
    return exitCodes.incomplete;
  }
  const outcomes = await applyUnits(plan.actions, look.contents, { signal });
  for (const [{ action, unit, after }, outcome] of outcomes) {
    say(outcome.kind === 'done' ? `${unit}: ${after}` : `${unit}: ${action} failed: ${outcome.message}`);
  }
  const isRestarted = await takeOver({ signal, timeoutMs: restartTimeoutMs });
  const isDone = isRestarted && [...outcomes.values()].every(({ kind }) => kind === 'done');
  return isDone ? exitCodes.done : exitCodes.failed;
}

/** Longer than the watch and the page may take to end. */
const restartTimeoutMs = 30_000;

/** Lets what runs all the time run the program that was just installed. */
async function takeOver(options: SystemctlOptions): Promise<boolean> {
  try {
    await restart(lastingUnits, options);
    return true;
  } catch (error) {
    if (!(error instanceof SystemctlError)) throw error;
    say(error.message);
    return false;
  }
}

async function remove(): Promise<number> {
  try {
    const { removed, kept } = await removeUnits({ signal: new AbortController().signal });
    for (const name of removed) say(`${name}: removed`);
    for (const path of kept) say(`${path}: not ours, left alone`);
    return exitCodes.done;
  } catch (error) {
    if (!(error instanceof SystemctlError)) throw error;
    say(error.message);
    return exitCodes.failed;
  }
}

/**
 * Keeps the predecessor's script under another name, so that this program can take its place. It keeps no other file,
 * and says of such a one what it is.
 */
function keep(path: string): number {
  const reading = readRegularFile(path, maxScriptBytes);
  const other = reading.kind === 'read' ? otherThanScript(reading.text) : whyNotRead(reading);
  if (other !== null) {
    say(`${path} is not the predecessor's script: ${other}`);
    return exitCodes.refused;
  }
  try {
    say(`${path} is the predecessor's script, and is kept as ${keepPredecessor(path, isPredecessorScript)}`);
    return exitCodes.done;
  } catch (error) {
    if (!(error instanceof StateWriteError)) throw error;
    say(error.message);
    return exitCodes.failed;
  }
}

function whyNotRead(reading: Exclude<FileReading, { kind: 'read' }>): string {
  return reading.kind === 'missing' ? 'it is missing' : reading.reason;
}

/** Fails when a user other than root could change a path. Root runs these files every five minutes. */
function requireRootsOwn(paths: readonly string[]): number {
  const reasons = paths.flatMap((path) => distrustedPath(path) ?? []).map(({ path, why }) => `${path}: ${why}`);
  for (const reason of new Set(reasons)) say(reason);
  return reasons.length === 0 ? exitCodes.done : exitCodes.refused;
}

const maxScriptBytes = 256 * 1024;

function say(text: string): void {
  process.stderr.write(`tmux-persist: ${text}\n`);
}
