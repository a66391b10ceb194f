import { lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../core/diagnostic.ts';
import { shellQuote } from '../../core/own-command.ts';
import { metricsDirectory, metricsPath } from '../../state/state-paths.ts';
import { run } from '../../system/programs/exec.ts';
import { quietly, readRegularFile } from '../../system/files/read-file.ts';
import { distrustedPath } from '../../system/files/trusted-path.ts';
import { strangeCommand } from '../../systemd/command-on-path.ts';
import { installationsOnHost } from '../../systemd/installation.ts';
import type { Context } from '../context.ts';

/**
 * Checks whether only root controls what the units run: the installed program, its commands, the units themselves, and
 * the Node that the commands name. Checks also whether the command that people type is this program.
 */
export function examineProgram({ invoker }: Pick<Context, 'invoker'>): readonly Finding[] {
  const [inForce, ...hidden] = installationsOnHost();
  if (inForce === undefined) return [];
  const { program, launcher, command, units } = inForce;
  const paths = [join(program, 'dist'), launcher, command, units.own, ...nodeOf(launcher)];
  const found = new Map(paths.flatMap((path) => distrustedPath(path) ?? []).map((one) => [one.path, one]));
  const words = 'and root runs what is there; give it to root, or install again with a Node that belongs to the host';
  const distrusted = [...found.values()].map(({ path, why }): Finding => {
    return { severity: 'error', subject: 'program', message: `${path}: ${why}, ${words}`, mend: null };
  });
  const strange = invoker.account.uid === 0 ? strangeCommand(inForce) : null;
  return [
    ...distrusted,
    ...(strange === null ? [] : [{ severity: 'warning', subject: 'program', ...strange } as const]),
    ...hidden.map((other): Finding => {
      const message = `${program} hides the installation in ${other.program}: one of the two has to go`;
      return { severity: 'warning', subject: 'program', message, mend: `${shellQuote(launcher)} uninstall` };
    }),
  ];
}

/** Reads the launcher as reconcile/install/launcher-text.ts writes it; returns nothing for a file of another origin. */
function nodeOf(launcher: string): readonly string[] {
  const reading = readRegularFile(launcher, maxLauncherBytes);
  return reading.kind === 'read' ? (/^exec '([^']+)' /m.exec(reading.text)?.slice(1) ?? []) : [];
}

const maxLauncherBytes = 64 * 1024;

const timeoutMs = 5_000;

/** Checks the programs that this program needs. */
export async function examineTools(context: Context): Promise<readonly Finding[]> {
  const env = { PATH: context.invoker.path, LC_ALL: 'C.UTF-8' };
  const needed = context.invoker.account.uid === 0 ? ['flock', 'getent', 'runuser', 'setpriv', 'perl'] : ['flock'];
  const [tmux, locale, ...tools] = await Promise.all([
    examineTmuxVersion(env),
    examineLocale(env),
    ...needed.map((tool) => examineTool(tool, env)),
  ]);
  return [tmux, locale, ...tools.flatMap((finding) => finding ?? [])];
}

async function examineTmuxVersion(env: Readonly<Record<string, string>>): Promise<Finding> {
  const result = await run(['tmux', '-V'], { timeoutMs, env });
  const version = result.stdout.trim();
  if (result.exitCode !== 0) {
    return { severity: 'error', subject: 'tmux', message: 'was not found on PATH', mend: 'apt install tmux' };
  }
  if (!isSupportedTmux(version)) {
    const message = `${version} is too old; tmux-persist needs ${oldestTmux} or newer`;
    return { severity: 'error', subject: 'tmux', message, mend: 'apt install tmux' };
  }
  return { severity: 'ok', subject: 'tmux', message: version, mend: null };
}

/** Every call sets C.UTF-8, whatever locale the caller has. So that locale must exist. */
async function examineLocale(env: Readonly<Record<string, string>>): Promise<Finding> {
  const result = await run(['locale', 'charmap'], { timeoutMs, env });
  const charmap = result.stdout.trim();
  if (result.exitCode === 0 && charmap !== 'UTF-8') {
    const message = `C.UTF-8 is not there (${charmap}); names with other letters than ASCII would suffer`;
    return { severity: 'warning', subject: 'locale', message, mend: 'apt install locales && locale-gen C.UTF-8' };
  }
  return { severity: 'ok', subject: 'locale', message: 'C.UTF-8', mend: null };
}

async function examineTool(tool: string, env: Readonly<Record<string, string>>): Promise<Finding | null> {
  const { failure } = await run([tool, '--version'], { timeoutMs, env });
  if (failure !== 'not-found') return null;
  const mend = `apt install ${packageOf.get(tool) ?? 'util-linux'}`;
  return { severity: 'error', subject: tool, message: 'was not found on PATH', mend };
}

const packageOf: ReadonlyMap<string, string> = new Map([
  ['getent', 'libc-bin'],
  ['perl', 'perl-base'],
]);

const subject = 'metrics';

/** Tells where the metrics are, and whether they can be written. */
export function examineMetrics({ stateDirectory }: Context): Finding {
  const path = metricsPath(stateDirectory);
  const directory = quietly(() => lstatSync(metricsDirectory(stateDirectory), { throwIfNoEntry: false })) ?? null;
  const file = quietly(() => statSync(path, { throwIfNoEntry: false })) ?? null;
  if (directory !== null && !directory.isDirectory()) return inTheWay(metricsDirectory(stateDirectory));
  if (file !== null && !file.isFile()) return inTheWay(path);
  const message = file === null ? `${path}, which the next save writes` : path;
  return { severity: 'ok', subject, message, mend: null };
}

function inTheWay(path: string): Finding {
  const message = `cannot be written: ${path} is in the way`;
  return { severity: 'warning', subject, message, mend: `mv -T ${shellQuote(path)} ${shellQuote(`${path}.old`)}` };
}

/** The oldest tmux version that the tests cover. */
const oldestTmux = '3.1c';

/** Whether `tmux -V` names a supported version; a development build, such as `tmux master`, counts as supported. */
function isSupportedTmux(words: string): boolean {
  const match = /(\d+)\.(\d+)([a-z]?)/.exec(words);
  if (match === null) return true;
  const [, major, minor, letter = ''] = match;
  const rank = Number(major) * 1000 + Number(minor);
  return rank > 3001 || (rank === 3001 && letter >= 'c');
}
