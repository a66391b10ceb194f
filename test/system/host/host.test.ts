import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readHostFacts } from '../../../src/system/host/host.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

describe('facts of the host', () => {
  test('are those of this host', () => {
    const facts = readHostFacts();
    expect(facts.hostname).toBe(hostname());
    expect(facts.bootId).toMatch(/^[0-9a-f-]{36}$/);
    expect(facts.bootTimeMs).toBeLessThan(Date.now());
    expect(facts.initStartTime).toMatch(/^\d+$/);
    expect(facts.initStartedAtMs).toBeLessThan(Date.now());
  });

  test('come from the boot id, the btime line and PID 1', () => {
    const procRoot = fakeProc('b7a8e5d2\n', 'cpu  1 2\nbtime 1795230283\nprocesses 7\n');
    addInit(procRoot, { uid: 0 });
    expect(readHostFacts(procRoot)).toMatchObject({
      bootId: 'b7a8e5d2',
      initStartTime: '46044',
      initStartedAtMs: 1_795_230_743_440,
      bootTimeMs: 1_795_230_283_000,
    });
  });

  test('have the boot id that PID 1 sees, whatever is mounted where one reads', () => {
    const procRoot = fakeProc('of-a-sandbox\n', 'btime 1\n');
    addInit(procRoot, { uid: 0, bootId: 'of-the-container\n' });
    expect(readHostFacts(procRoot).bootId).toBe('of-the-container');
  });

  test('have nothing from the root directory of a PID 1 that is not run by root', () => {
    const procRoot = fakeProc('b7a8e5d2\n', 'btime 1\n');
    addInit(procRoot, { uid: 1001, bootId: 'of-somebody\n' });
    expect(readHostFacts(procRoot)).toMatchObject({ bootId: 'b7a8e5d2', initStartTime: '46044' });
  });

  test('say nothing of a PID 1 that is hidden', () => {
    const facts = readHostFacts(fakeProc('b7a8e5d2\n', 'btime 1795230283\n'));
    expect(facts).toMatchObject({ bootId: 'b7a8e5d2', initStartTime: null, initStartedAtMs: 1_795_230_283_000 });
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

/** A PID 1 that calls itself as badly as it may. */
function addInit(procRoot: string, { uid, bootId }: { readonly uid: number; readonly bootId?: string }): void {
  mkdirSync(join(procRoot, '1/root/proc/sys/kernel/random'), { recursive: true });
  const fields = ['S', ...Array.from({ length: 18 }, () => '0'), '46044', '1', '2'];
  writeFileSync(join(procRoot, '1/stat'), `1 (in) it) S) ${fields.join(' ')}\n`);
  writeFileSync(join(procRoot, '1/status'), `Name:\tin) it)\nUid:\t${[uid, uid, uid, uid].join('\t')}\n`);
  if (bootId !== undefined) writeFileSync(join(procRoot, '1/root/proc/sys/kernel/random/boot_id'), bootId);
}
