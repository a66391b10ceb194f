import { describe, expect, test } from 'vitest';
import { findConversation } from '../../src/agents/find-conversation.ts';

const first = '11111111-1111-4111-8111-111111111111';
const second = '22222222-2222-4222-8222-222222222222';

describe('the conversation of a pane', () => {
  test('is that of the claude its shell started', () => {
    expect(find([shell(), claude(20, 10, first)])).toBe(first);
  });

  test('is that of the pane itself when that is claude', () => {
    expect(find([{ ...claude(10, 1, first) }])).toBe(first);
  });

  test('is that of the foreground when another waits in the background', () => {
    expect(find([shell(), { ...claude(20, 10, first), foreground: false }, claude(30, 10, second)])).toBe(second);
  });

  test('is that of the one in the background when nothing else runs', () => {
    expect(find([shell(), { ...claude(20, 10, first), foreground: false }])).toBe(first);
  });

  test('is never that of a claude which another one started, however deep', () => {
    const between = { ...shell(), pid: 25, ppid: 20 };
    expect(find([shell(), claude(20, 10, first), between, claude(30, 25, second)])).toBe(first);
    expect(find([shell(), run(20, 10, ['claude']), between, claude(30, 25, second)])).toBeNull();
  });

  test('is none for a claude that prints one answer, or for what it starts', () => {
    const print = run(20, 10, ['claude', '-p', 'hello', '--resume', first]);
    expect(find([shell(), print, claude(30, 20, second)])).toBeNull();
  });

  test('is none when its claude names none', () => {
    expect(find([shell(), run(20, 10, ['claude'])])).toBeNull();
    expect(find([shell(), { ...run(20, 10, []), argv: () => null }])).toBeNull();
  });

  test('is none without an agent', () => {
    expect(find([])).toBeNull();
    expect(find([shell()])).toBeNull();
  });
});

function find(processes: Parameters<typeof findConversation>[0]): string | null {
  return findConversation(processes)?.id ?? null;
}

function shell() {
  return { pid: 10, ppid: 1, comm: 'bash', foreground: false, argv: () => ['-bash'] };
}

function claude(pid: number, ppid: number, id: string) {
  return run(pid, ppid, ['claude', '--resume', id]);
}

function run(pid: number, ppid: number, argv: readonly string[]) {
  return { pid, ppid, comm: 'claude', foreground: true, argv: () => argv };
}
