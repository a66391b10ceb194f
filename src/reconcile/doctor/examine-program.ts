import type { Finding } from '../../core/finding.ts';
import { readRegularFile } from '../../system/read-file.ts';
import { distrustedPath } from '../../system/trusted-path.ts';
import { installDirectory, isInstalled } from '../../systemd/unit-files.ts';

/** The command that an installation puts on the PATH. */
const launcherPath = '/usr/local/bin/tmux-persist';

/** Looks for whoever besides root decides what the units run: the installed program, its command, and the Node that this names. */
export function examineProgram(): readonly Finding[] {
  if (!isInstalled()) return [];
  const paths = [`${installDirectory}/dist`, launcherPath, ...nodeOfLauncher()];
  const found = new Map(paths.flatMap((path) => distrustedPath(path) ?? []).map((one) => [one.path, one]));
  const words = 'and root runs what is there; give it to root, or install again with a Node that belongs to the host';
  return [...found.values()].map(({ path, why }): Finding => {
    return { severity: 'error', subject: 'program', message: `${path}: ${why}, ${words}`, mend: null };
  });
}

/** As scripts/host-paths.mjs writes it; nothing where the file is another's. */
function nodeOfLauncher(): readonly string[] {
  const reading = readRegularFile(launcherPath, maxLauncherBytes);
  return reading.kind === 'read' ? (/^exec '([^']+)' /m.exec(reading.text)?.slice(1) ?? []) : [];
}

const maxLauncherBytes = 64 * 1024;
