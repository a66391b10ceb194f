import { readFileSync } from 'node:fs';
import { type Installation, installationsBeside } from '../../systemd/installation.ts';
import { sudoCommandsOf, sudoRulePath, sudoRulePathBeside } from './host-places.ts';
import { isOurFile, isThere } from './own-files.ts';

/** Where the rule of an installation goes: beside the one of another installation, which may be a package's file. */
export function rulePlaceFor(target: Installation): string {
  const isTaken = installationsBeside(target).some((other) => isRuleOf(sudoRulePath, other));
  return isTaken ? sudoRulePathBeside : sudoRulePath;
}

/** The rules that are there for an installation, and for no other one. */
export function rulesOf(target: Installation): readonly string[] {
  return [sudoRulePath, sudoRulePathBeside].filter((path) => isRuleOf(path, target));
}

/** Whether a file of ours is there that allows the commands of this installation. */
function isRuleOf(path: string, target: Installation): boolean {
  if (!isThere(path) || !isOurFile(path)) return false;
  const words = new Set(readFileSync(path, 'utf8').split(/[\s,]+/));
  return sudoCommandsOf(target).some(({ program, link }) => words.has(program) || words.has(link));
}
