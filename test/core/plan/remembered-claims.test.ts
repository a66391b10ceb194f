import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { claimMemory, type ConversationClaim, withRemembered } from '../../../src/core/record/assign-conversations.ts';
import { type AgentFinding, confidences, conversationSources, type PaneAgent } from '../../../src/core/conversation.ts';
import type { Manifest, SessionEntry } from '../../../src/core/manifest.ts';
import { claude, gone, live, manifest } from '../../support/builders.ts';

const boot = { bootId: 'boot-1', initStartTime: '7' };
const found: AgentFinding = { kind: 'conversation', source: 'registry', confidence: 'high' };

describe('what a save remembers of a process', () => {
  test('is the conversation that the last one found in it', () => {
    expect(memoryOf(live('a', holding('one')))('claude', 4711, '100')).toEqual({
      id: 'one',
      source: 'registry',
      confidence: 'high',
    });
  });

  test.each([
    ['another process', 'claude', 4712, '100'],
    ['a process that has got its pid', 'claude', 4711, '101'],
    ['another agent that the process has become', 'codex', 4711, '100'],
  ])('is nothing of %s', (_, agent, pid, startTime) => {
    expect(memoryOf(live('a', holding('one')))(agent, pid, startTime)).toBeNull();
  });

  test.each([
    ['after a boot', manifest([live('a', holding('one'))], { bootId: 'boot-0' })],
    ['after a start of the container', manifest([live('a', holding('one'))], { initStartTime: '6' })],
    ['when the boot is not known', manifest([live('a', holding('one'))], { bootId: null })],
    ['without a record', null],
  ])('is nothing %s', (_, stored: Manifest | null) => {
    expect(claimMemory(stored, boot)('claude', 4711, '100')).toBeNull();
  });

  test.each<[string, PaneAgent]>([
    ['fresh', agentWith({ kind: 'fresh' })],
    ['unidentified', agentWith({ kind: 'unidentified', reason: 'it is not told' })],
    ['imported', { ...agentWith(found), process: null }],
  ])('is nothing of one that was %s', (_, agent) => {
    expect(memoryOf(live('a', holding('one', agent)))('claude', 4711, '100')).toBeNull();
  });

  test('is what runs rather than what a gone session had, wherever it stands', () => {
    const entries = [live('b', holding('new')), gone('a', 'closed', holding('old'))];
    for (const order of [entries, entries.toReversed()]) {
      expect(memoryOf(...order)('claude', 4711, '100')?.id).toBe('new');
    }
  });
});

describe('what is known now', () => {
  test.each([
    ['stands without a memory', ['low'], null, ['new']],
    ['is what was known, when nothing tells', [], 'low', ['old']],
    ['comes behind what was surer', ['medium'], 'high', ['old', 'new']],
    ['comes before what was not surer', ['medium'], 'medium', ['new']],
    ['stands when it is sure enough, whatever was known', ['high'], 'certain', ['new']],
    ['stands when one of several is sure enough', ['low', 'certain'], 'certain', ['new', 'new']],
  ] as const)('%s', (_, now, before, ids) => {
    const claims = now.map((confidence) => claim('new', confidence));
    const result = withRemembered(claims, before === null ? null : claim('old', before));
    expect(result.map(({ id }) => id)).toEqual(ids);
  });

  test('never loses a claim, and gains the remembered one at most', () => {
    const aClaim = fc.record({
      id: fc.constantFrom('one', 'two'),
      source: fc.constantFrom(...conversationSources),
      confidence: fc.constantFrom(...confidences),
    });
    fc.assert(
      fc.property(fc.array(aClaim), fc.option(aClaim), (claims, memory) => {
        const result = withRemembered(claims, memory);
        const isKept = result.length === claims.length;
        expect(result).toEqual(isKept ? claims : [memory, ...claims]);
        // A second save, which remembers what the first one chose, comes to the same.
        const [chosen = null] = result.toSorted((a, b) => rankOf(b) - rankOf(a));
        expect(withRemembered(claims, chosen)).toEqual(result);
      }),
    );
  });
});

function memoryOf(...entries: readonly SessionEntry[]): ReturnType<typeof claimMemory> {
  return claimMemory(manifest(entries), boot);
}

/** What one pane holds, with the agent that process 4711 is. */
function holding(id: string, agent: PaneAgent = agentWith(found)): Parameters<typeof live>[1] {
  const [window] = live('x', { holding: [claude(id)] }).windows;
  return {
    windows: window === undefined ? [] : [{ ...window, panes: window.panes.map((pane) => ({ ...pane, agent })) }],
  };
}

function agentWith(finding: AgentFinding): PaneAgent {
  const launch = { executable: 'claude', args: [], droppedArgs: [], env: {}, directory: '/home/emo/code' };
  return {
    name: 'claude',
    version: null,
    process: { pid: 4711, startTime: '100' },
    found: finding,
    launch,
    wrapper: null,
  };
}

function claim(id: string, confidence: ConversationClaim['confidence']): ConversationClaim {
  return { id, source: 'argv', confidence };
}

function rankOf({ confidence }: ConversationClaim): number {
  return confidences.indexOf(confidence);
}
