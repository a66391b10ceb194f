import { spawnSync } from 'node:child_process';

const tools = {
  strace: 'strace',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
  flock: 'util-linux',
} as const;

/** Why no run can be struck here, as half a sentence; null when one can. */
export function missingForFaultTests(): string | null {
  if (process.getuid?.() !== 0) return 'not root';
  const missing = Object.entries(tools).filter(([tool]) => spawnSync(tool, ['--version']).error !== undefined);
  if (missing.length > 0) {
    const packages = [...new Set(missing.map(([, name]) => name))];
    return `${missing.map(([tool]) => tool).join(', ')} not found (apt-get install ${packages.join(' ')})`;
  }
  const inNamespace = ['--pid', '--fork', '--mount-proc', 'strace', '-o', '/dev/null', 'true'];
  const { status, stderr } = spawnSync('unshare', inNamespace, { encoding: 'utf8', timeout: 10_000 });
  return status === 0 ? null : `nothing can be traced in a PID namespace: ${stderr.trim()}`;
}
