import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readHostFacts } from '../../src/system/host.ts';
import { temporaryDirectory } from './temporary-directory.ts';

describe('facts of the host', () => {
  test('are those of this host', () => {
    const facts = readHostFacts();
    expect(facts.hostname).toBe(hostname());
    expect(facts.bootId).toMatch(/^[0-9a-f-]{36}$/);
    expect(facts.bootTimeMs).toBeLessThan(Date.now());
  });

  test('come from the boot id and the btime line', () => {
    const procRoot = fakeProc('b7a8e5d2\n', 'cpu  1 2\nbtime 1795230283\nprocesses 7\n');
    expect(readHostFacts(procRoot)).toMatchObject({ bootId: 'b7a8e5d2', bootTimeMs: 1_795_230_283_000 });
  });

  test('are not invented where /proc does not tell', () => {
    expect(() => readHostFacts(fakeProc('\n', 'btime 1\n'))).toThrow('boot_id: it is empty');
    expect(() => readHostFacts(fakeProc('b7a8\n', 'cpu 1\n'))).toThrow('has no btime line');
    expect(() => readHostFacts(temporaryDirectory())).toThrow('boot_id: no such file or directory');
  });
});

function fakeProc(bootId: string, stat: string): string {
  const root = temporaryDirectory();
  mkdirSync(join(root, 'sys/kernel/random'), { recursive: true });
  writeFileSync(join(root, 'sys/kernel/random/boot_id'), bootId);
  writeFileSync(join(root, 'stat'), stat);
  return root;
}
