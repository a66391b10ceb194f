import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Installation, InstallationNotes } from '../../systemd/installation.ts';
import { atPrefix } from './at-prefix.ts';
import { sudoCommandsOf } from './host-places.ts';
import { launcherText } from './launcher-text.ts';
import { placeFile, writeNotes } from './own-files.ts';
import { commandInProgram, replaceProgram } from './place-program.ts';
import { runTool } from './root-tools.ts';

interface HostProgram {
  readonly source: string;
  readonly target: Installation;
  /** A real path. */
  readonly nodePath: string;
  readonly version: string;
  readonly notes: InstallationNotes;
}

/** What the program's directory has of a release. */
const parts = [
  'dist',
  'runtime',
  'sudo',
  'systemd',
  'schemas',
  'man',
  'package.json',
  'LICENSE',
  'roster.example.yaml',
  'tmpfiles.example.conf',
];

/** Places the program of a host. What is incomplete is marked as such, because the notes come last. */
export async function placeHostProgram({ source, target, nodePath, version, notes }: HostProgram): Promise<void> {
  const { program, prefix } = target;
  const complete = async (fresh: string): Promise<void> => {
    placeFile(join(fresh, commandInProgram), launcherText(nodePath, join(program, 'dist/bin.js')), 0o755);
    for (const command of sudoCommandsOf(target)) {
      const text = readFileSync(join(source, command.source), 'utf8');
      placeFile(join(fresh, command.program.slice(program.length + 1)), atPrefix(text, prefix), 0o755);
    }
    adaptUnits(join(fresh, 'systemd'), target, nodePath);
    await runTool('chown', '-R', 'root:root', fresh);
    await runTool('chmod', '-R', 'u=rwX,go=rX', fresh);
    writeNotes(fresh, version, notes);
  };
  await replaceProgram({ source, target: program, parts, complete });
}

/** Lets the units name the program where it is, and run it there. */
function adaptUnits(directory: string, { prefix, program }: Installation, nodePath: string): void {
  // A separate /bin would have to be writable to be executable: see the comment in the units.
  const isMerged = lstatSync('/bin').isSymbolicLink();
  const outside = placesOutsideOfUsr(program, nodePath);
  for (const name of readdirSync(directory).filter((entry) => entry.endsWith('.service'))) {
    const path = join(directory, name);
    const text = atPrefix(readFileSync(path, 'utf8'), prefix);
    const adapted = isMerged
      ? text
          .replace(/^ExecPaths=.*/m, (line) => line + outside.map(({ exec }) => quoted(exec)).join(''))
          .replace(/^ReadOnlyPaths=.*/m, (line) => line + outside.flatMap(({ inside }) => inside.map(quoted)).join(''))
      : text.replaceAll(/^(?:NoExec|Exec|ReadOnly)Paths=.*\n/gm, '');
    placeFile(path, adapted, 0o644);
  }
}

/**
 * What the units run outside of /usr, the only place from which they may run programs (systemd.exec(5), ExecPaths=), and
 * what must not be written to there.
 */
function placesOutsideOfUsr(
  program: string,
  nodePath: string,
): readonly { readonly exec: string; readonly inside: readonly string[] }[] {
  return [
    { exec: program, inside: ['bin', 'dist'].map((name) => join(program, name)) },
    { exec: dirname(nodePath), inside: [nodePath] },
  ].filter(({ exec }) => !exec.startsWith('/usr/'));
}

function quoted(path: string): string {
  return ` "${path.replaceAll('%', '%%')}"`;
}
