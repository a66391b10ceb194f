import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const tools = {
  'systemd-nspawn': 'systemd-container',
  mmdebstrap: 'mmdebstrap',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
  flock: 'util-linux',
  chromium: 'chromium',
} as const;

// linux/capability.h
const capSysAdmin = 1n << 21n;

/** Why no systemd can be booted here, as half a sentence; null when one can. */
export function missingForHostTests(): string | null {
  if (process.getuid?.() !== 0) return 'not root';
  const missing = Object.entries(tools).filter(([tool]) => !isOnPath(tool));
  if (missing.length > 0) {
    const packages = [...new Set(missing.map(([, name]) => name))];
    return `${missing.map(([tool]) => tool).join(', ')} not found (apt-get install ${packages.join(' ')})`;
  }
  if (!mayMount()) return 'root without CAP_SYS_ADMIN, which cannot mount';
  if (!existsSync('/sys/fs/cgroup/cgroup.procs') && !existsSync('/sys/fs/cgroup/unified/cgroup.procs')) {
    return 'no cgroup v2 hierarchy below /sys/fs/cgroup';
  }
  return null;
}

function isOnPath(tool: string): boolean {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  return directories.some((directory) => {
    try {
      accessSync(join(directory, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function mayMount(): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return effective !== undefined && (BigInt(`0x${effective}`) & capSysAdmin) !== 0n;
}
