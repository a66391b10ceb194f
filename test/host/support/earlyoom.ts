import type { Machine } from './machine.ts';

/**
 * Starts the real earlyoom, which kills one process: the one that the kernel would take first. It sees the memory of the
 * host, which is always short of 99 %. So it ends after its first kill. The earlyoom of bullseye, 1.6, cannot be told to.
 */
export async function killOnceByEarlyoom(machine: Machine): Promise<void> {
  await machine.writeFile('/usr/local/bin/end-earlyoom', '#!/bin/sh\nkill $PPID\n', '0755');
  await machine.writeFile('/etc/systemd/system/earlyoom.service.d/once.conf', '[Service]\nRestart=no\n');
  const options = '-m 99,1 -s 100,1 -r 3600 -N /usr/local/bin/end-earlyoom';
  await machine.writeFile('/etc/default/earlyoom', `EARLYOOM_ARGS="${options}"\n`);
  await machine.output(['systemctl', 'daemon-reload']);
  await machine.output(['systemctl', 'start', 'earlyoom']);
}
