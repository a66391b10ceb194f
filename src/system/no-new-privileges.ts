import { readFileSync } from 'node:fs';
import { quietly } from './quietly.ts';

/** Whether no program that this process starts can use sudo or its like, as in a sandbox of systemd's: NoNewPrivileges=. */
export function hasNoNewPrivileges(): boolean {
  const status = quietly(() => readFileSync('/proc/self/status', 'utf8')) ?? '';
  return /^NoNewPrivs:\t1$/m.test(status);
}
