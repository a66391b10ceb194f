import { isAbsolute } from 'node:path';
import type { UserFiles } from '../user-files.ts';
import type { Program } from './program.ts';

/** What to start it by later: a path that an update does not remove, or its name for the user's own PATH. */
export function executableOf({ calledAs }: Program, exe: string | null, files: UserFiles): string {
  if (calledAs !== null && isLasting(calledAs) && files.stat(calledAs) !== null) return calledAs;
  // Where the native installer puts the link that each update points elsewhere.
  const installed = `${files.home}/.local/bin/claude`;
  const isInstalled = exe !== null && exe.includes('/claude/versions/') && files.stat(installed) !== null;
  return isInstalled ? installed : 'claude';
}

/** The updater prunes `…/versions/2.1.x`, and packages come and go below `node_modules`, by Node version too. */
function isLasting(path: string): boolean {
  return isAbsolute(path) && !/\/(versions|node_modules|_npx)\//.test(path) && !/[\x00-\x1f\x7f]/.test(path);
}
