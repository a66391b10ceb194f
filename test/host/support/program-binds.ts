import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** A directory or file of the host that a machine sees. */
export interface Bind {
  readonly source: string;
  readonly target: string;
  /** Read-only unless it says otherwise. */
  readonly writable?: boolean;
}

/** Where a machine sees the repository, built program included. */
export const repositoryInside = '/srv/tmux-persist';

/** The built program as a machine runs it without installing it. */
export const programInside: readonly [string, string] = ['/usr/local/bin/node', join(repositoryInside, 'dist/bin.js')];

const repository = join(import.meta.dirname, '../../..');

/** The repository, Node, and npm where it is found, all read-only. TMUX_PERSIST_TEST_NODE is the path of another Node. */
export function programBinds(): readonly Bind[] {
  const npm = npmDirectory();
  return [
    { source: repository, target: repositoryInside },
    { source: realpathSync(process.env['TMUX_PERSIST_TEST_NODE'] ?? process.execPath), target: '/usr/local/bin/node' },
    ...(npm === null ? [] : [{ source: npm, target: '/usr/local/lib/node_modules/npm' }]),
  ];
}

/** As an argument of systemd-nspawn, which wants colons and backslashes escaped. */
export function bindArgument({ source, target, writable = false }: Bind): string {
  const [from, to] = [source, target].map((path) => path.replaceAll(/[\\:]/g, '\\$&'));
  return `--bind${writable ? '' : '-ro'}=${from}:${to}`;
}

function npmDirectory(): string | null {
  const found = (process.env['PATH'] ?? '').split(delimiter).find((directory) => existsSync(join(directory, 'npm')));
  // The command is a link to bin/npm-cli.js of the package.
  return found === undefined ? null : dirname(dirname(realpathSync(join(found, 'npm'))));
}
