import { judgeUnits } from '../../core/units/unit-health.ts';
import { nearMiss } from '../../core/text.ts';
import { changeCare } from '../../reconcile/apply/care-for-units.ts';
import { lookAtUnits, type UnitsLook } from '../../reconcile/observe/look-at-units.ts';
import { renderUnitsText, unitsDocument } from '../../render/status/host-units.ts';
import { readHostFacts } from '../../system/host/host.ts';
import { desiredUnits, isOnlyFile } from '../../systemd/unit-files.ts';
import { exitCodes, Refusal } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { invokerOf } from '../open-context.ts';
import { sayOnStderr, writeResult } from '../output.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { args, env, signal, terminal } = invocation;
  const [left, healed] = [args.all('leave').map(unitNamed), args.all('heal').map(unitNamed)];
  const both = left.find((unit) => healed.includes(unit));
  if (both !== undefined) throw new Refusal(`${both} is to be left alone and healed: say one of the two`);
  const look = async (): Promise<UnitsLook> => lookAtUnits({ invoker: invokerOf(env), signal });
  const before = await look();
  if (before.kind === 'none') throw new Refusal(`the systemd units: ${before.reason}`);
  const mends = args.has('mend');
  const failures = await changeCare(before, { left, healed, mends, look, signal });
  for (const failure of failures) sayOnStderr(terminal, 'error', failure);
  const after = left.length + healed.length === 0 && !mends ? before : await look();
  if (after.kind !== 'observed') {
    sayOnStderr(terminal, 'error', `the systemd units are unknown: ${after.reason}`);
    return exitCodes.incomplete;
  }
  const units = judgeUnits(after.situation);
  writeResult(invocation, {
    document: () => unitsDocument(readHostFacts().hostname, invocation.now().toISOString(), units),
    text: (options) => renderUnitsText(units, options),
    diagnostics: [],
  });
  return failures.length === 0 ? exitCodes.done : exitCodes.failed;
}

/** The unit of that name, with or without the words that all of them share. Throws Refusal. */
function unitNamed(word: string): string {
  const full = word.startsWith(prefix) ? word : `${prefix}${word}`;
  // `save` means the timer, which decides whether there are saves.
  const found = [full, `${full}.timer`, `${full}.service`].find((name) => names.includes(name));
  if (found !== undefined) return found;
  const short = names.map((name) => name.slice(prefix.length).replace(/\.\w+$/, ''));
  const meant = nearMiss(word, [...names, ...short]);
  const hint = meant === null ? `they are ${names.join(', ')}` : `did you mean ${meant}?`;
  throw new Refusal(`${JSON.stringify(word)} is none of this program's units; ${hint}`);
}

const prefix = 'tmux-persist-';
const names = desiredUnits.map(({ name }) => name).filter((name) => !isOnlyFile(name));
