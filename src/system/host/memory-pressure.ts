import type { MemoryPressure, MemoryReading } from '../../core/heal/memory-recovery.ts';
import { readAvailableMemoryMib } from './memory.ts';
import { maxStatusBytes, quietly, readBounded } from '../files/read-file.ts';

/**
 * How much work of the whole host waits for memory (Documentation/accounting/psi.rst); null when the kernel does not
 * count it, as before 4.20 or with `psi=0`, when reading it is an error (EOPNOTSUPP).
 */
export function readMemoryPressure(path = '/proc/pressure/memory'): MemoryPressure | null {
  const text = quietly(() => readBounded(path, maxStatusBytes)) ?? '';
  const [, avg60, total] = /^some avg10=[\d.]+ avg60=([\d.]+) avg300=[\d.]+ total=(\d+)$/m.exec(text) ?? [];
  return avg60 === undefined || total === undefined ? null : { avg60: Number(avg60), stalledUs: Number(total) };
}

/** What the host tells about its memory now; `atMs` is the time by the monotonic clock. */
export function readMemory(atMs: number): MemoryReading {
  return { atMs, availableMib: readAvailableMemoryMib(), pressure: readMemoryPressure() };
}
