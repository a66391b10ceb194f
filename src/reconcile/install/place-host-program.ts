import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hostPlaces, sudoCommands } from './host-places.ts';
import { launcherText } from './launcher-text.ts';
import { type InstallationNotes, placeFile, writeNotes } from './own-files.ts';
import { commandInProgram, replaceProgram } from './place-program.ts';
import { runTool } from './root-tools.ts';

interface HostProgram {
  readonly source: string;
  /** A real path. */
  readonly nodePath: string;
  readonly version: string;
  readonly notes: InstallationNotes;
}

/** What the program's directory has of a release. */
const parts = [
  'dist',
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
export async function placeHostProgram({ source, nodePath, version, notes }: HostProgram): Promise<void> {
  const { program } = hostPlaces;
  const complete = async (fresh: string): Promise<void> => {
    placeFile(join(fresh, commandInProgram), launcherText(nodePath, join(program, 'dist/bin.js')), 0o755);
    for (const command of sudoCommands) {
      const text = readFileSync(join(source, command.source), 'utf8');
      placeFile(join(fresh, command.program.slice(program.length + 1)), text, 0o755);
    }
    letUnitsRunNode(join(fresh, 'systemd'), nodePath);
    await runTool('chown', '-R', 'root:root', fresh);
    await runTool('chmod', '-R', 'u=rwX,go=rX', fresh);
    writeNotes(fresh, version, notes);
  };
  await replaceProgram({ source, target: program, parts, complete });
}

/**
 * The units may run programs only from /usr. All their programs are there, except perhaps Node: systemd.exec(5),
 * ExecPaths=.
 */
function letUnitsRunNode(directory: string, nodePath: string): void {
  // A separate /bin would have to be writable to be executable: see the comment in the units.
  const isMerged = lstatSync('/bin').isSymbolicLink();
  if (isMerged && nodePath.startsWith('/usr/')) return;
  for (const name of readdirSync(directory).filter((entry) => entry.endsWith('.service'))) {
    const path = join(directory, name);
    const text = readFileSync(path, 'utf8');
    const adapted = isMerged
      ? text
          .replace(/^ExecPaths=.*/m, (line) => line + quoted(dirname(nodePath)))
          .replace(/^ReadOnlyPaths=.*/m, (line) => line + quoted(nodePath))
      : text.replaceAll(/^(?:NoExec|Exec|ReadOnly)Paths=.*\n/gm, '');
    placeFile(path, adapted, 0o644);
  }
}

function quoted(path: string): string {
  return ` "${path.replaceAll('%', '%%')}"`;
}
