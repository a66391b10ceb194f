import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** They look for disks, for kernel arguments and for what to do after an update: a container has nothing of it. */
const idle = [
  'cryptsetup',
  'debug',
  'fstab',
  'gpt-auto',
  'hibernate-resume',
  'integritysetup',
  'rc-local',
  'run',
  'ssh',
  'system-update',
  'tpm2',
  'veritysetup',
];

/**
 * Masks generators that generate nothing in a machine: systemd.generator(7). Each boot and each `daemon-reload` runs
 * all, which was an eighth of all the processor time of a file that installs and mends units.
 */
export function maskIdleGenerators(root: string): void {
  const directory = join(root, 'etc/systemd/system-generators');
  mkdirSync(directory, { recursive: true });
  for (const name of idle) symlinkSync('/dev/null', join(directory, `systemd-${name}-generator`));
}
