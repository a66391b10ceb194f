import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyAfterCrash } from './support/apply-scenes.ts';
import { deathOfReader, deathOfTmuxClient, errorOfReader, type Choice } from './support/choose-points.ts';
import { aftermathOfError, aftermathOfFault } from './support/error-aftermath.ts';
import { isWhole, report, timeoutMs } from './support/extent.ts';
import { takeReference, type Reference } from './support/reference.ts';
import { changedSave } from './support/save-scenes.ts';
import type { Scene, Stage } from './support/scene.ts';
import { strikeAll, type Struck } from './support/strike-all.ts';
import { theReader, tmuxCall, type Subject } from './support/subjects.ts';
import { strikeChild, type Fault } from './support/tracer.ts';

const kill: Fault = { kind: 'kill' };
const noMemory: Fault = { kind: 'error', errno: 'ENOMEM' };
const badDisk: Fault = { kind: 'error', errno: 'EIO' };

let stage: Stage;
let reference: Reference;

beforeAll(async () => {
  stage = await changedSave.open();
  reference = await takeReference(stage, changedSave);
}, timeoutMs);

afterAll(() => stage.close());

test.each([
  ['flock is killed as it starts', { syscall: 'execve', program: 'flock', fault: kill }, 'sigkill'],
  ['flock is killed as it locks', { syscall: 'flock', program: null, fault: kill }, 'sigkill'],
  ['the file cannot be locked', { syscall: 'flock', program: null, fault: badDisk }, 'input/output error'],
  ['flock cannot be started', { syscall: 'execve', program: 'flock', fault: noMemory }, 'not enough memory'],
])(
  'when %s, a save records nothing and says why, and the next one does',
  async (_, { syscall, program, fault }, words) => {
    await stage.reset();
    const path = program === null ? null : pathOf(program);
    const run = await strikeChild({ box: stage.box, args: changedSave.args }, { syscall, path, fault });
    expect(run.hit).not.toBeNull();
    expect(run.result.exitCode).toBe(4);
    expect(await aftermathOfFault({ stage, scene: changedSave, reference, run }, words)).toEqual([]);
  },
  timeoutMs,
);

interface Case {
  readonly scene: Scene;
  readonly subject: Subject;
  readonly choose: Choice;
  readonly examine: (struck: Struck) => Promise<readonly string[]>;
  /** The first call of an `apply` meets no server, and has not much to say. */
  readonly atLeast: number;
}

const killedTmux = (struck: Struck): Promise<readonly string[]> => aftermathOfFault(struck, 'killed');
const killedReader = (struck: Struck): Promise<readonly string[]> => aftermathOfFault(struck, 'ended with sigkill');

const whole: readonly Case[] = [
  // Only what starts a server is a program.
  { scene: applyAfterCrash, subject: tmuxCall(1), choose: deathOfTmuxClient, examine: killedTmux, atLeast: 9 },
  { scene: changedSave, subject: theReader, choose: deathOfReader, examine: killedReader, atLeast: 10 },
  { scene: changedSave, subject: theReader, choose: errorOfReader, examine: aftermathOfError, atLeast: 10 },
];

const cases = (isWhole ? whole : []).map((one) => [one.scene.name, one.subject.name, one] as const);

test.each(cases)(
  '%s: a fault of %s is told, damages nothing, and is made good by the next run',
  async (_, __, { scene, subject, choose, examine, atLeast }) => {
    const tally = await strikeAll({ scene, subject, choose, examine });
    report(`${scene.name}, a fault of ${subject.name}`, tally);
    expect(tally.lost).toEqual([]);
    expect(tally.points).toBeGreaterThanOrEqual(atLeast);
    expect(tally.missed).toEqual([]);
  },
  timeoutMs,
);

function pathOf(program: string): string {
  const found = (process.env['PATH'] ?? '')
    .split(delimiter)
    .find((directory) => isExecutable(join(directory, program)));
  if (found === undefined) throw new Error(`${program} is not on PATH`);
  return join(found, program);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
