import * as fc from 'fast-check';
import type { WorldEvent } from './tmux-world.ts';
import type { Selection } from '../../src/core/plan/selection.ts';

/** What a story is made of: things that happen to tmux, and runs of the program in between. */
export type StoryStep =
  | WorldEvent
  | { readonly kind: 'save' }
  | { readonly kind: 'fail-to-look' }
  | { readonly kind: 'apply'; readonly asked: Asked };

export type Asked = Pick<Selection, 'all' | 'besideConflicts' | 'include'>;

/** Few names and conversations, so that they meet often. */
const name = fc.constantFrom('a', 'b', 'c', 'a-1200');
const conversation = fc.constantFrom('one', 'two', 'three', 'four');
const pick = fc.nat(5);
const pane = fc.nat(5);
const args = fc.constantFrom<readonly string[]>([], ['--model', 'opus'], ['--verbose']);
const started = fc.oneof(
  { weight: 2, arbitrary: fc.record({ conversation, args }) },
  { weight: 1, arbitrary: fc.constant({ conversation: null, args: [] }) },
);
const windows = fc.array(fc.array(started, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 });
/** What a terminal opens when it connects again. */
const freshWindow = fc.constant([[{ conversation: null, args: [] }]]);

export const asked: fc.Arbitrary<Asked> = fc.constantFrom(
  { all: false, besideConflicts: false, include: [] },
  { all: false, besideConflicts: false, include: ['server-stopped'] },
  { all: false, besideConflicts: true, include: ['server-stopped'] },
  { all: false, besideConflicts: false, include: ['closed'] },
  { all: true, besideConflicts: false, include: [] },
);

const worldEvent: fc.Arbitrary<WorldEvent> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('create'), name, windows }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('create'), name, windows: freshWindow }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('close', 'split', 'open-window'), pick }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('close-pane', 'end-in-dead-pane'), pick, pane }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rename'), pick, name }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('opt-out', 'opt-in'), pick }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('start-agent'), pick, pane, conversation }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('restart-agent'), pick, pane, args }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('end-agent', 'oom-kill-agent', 'oom-kill-pane'), pick, pane }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('oom-kill-session'), pick }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('kill-server', 'stop-server', 'reboot') }) },
);

export const story: fc.Arbitrary<readonly StoryStep[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: worldEvent },
    { weight: 5, arbitrary: fc.constant({ kind: 'save' } as const) },
    { weight: 1, arbitrary: fc.constant({ kind: 'fail-to-look' } as const) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('apply'), asked }) },
  ),
  { maxLength: 40, size: 'max' },
);
