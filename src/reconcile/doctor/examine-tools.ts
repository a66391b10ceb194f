import type { Finding } from '../../core/finding.ts';
import { run } from '../../system/exec.ts';
import type { Context } from '../context.ts';
import { isSupportedTmux, oldestTmux } from './tmux-version.ts';

const timeoutMs = 5_000;

/** Checks the programs that everything else rests on. */
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

/** Every call asks for C.UTF-8 itself, whatever the caller's locale is; so that locale has to be there. */
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
