import * as fc from 'fast-check';
import type { WorldEvent } from './tmux-world.ts';
import type { Selection } from '../../src/core/selection.ts';

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
const pane = fc.nat(2);
const panes = fc.array(fc.option(conversation, { freq: 2 }), { minLength: 1, maxLength: 2 });

export const asked: fc.Arbitrary<Asked> = fc.constantFrom(
  { all: false, besideConflicts: false, include: [] },
  { all: false, besideConflicts: false, include: ['server-stopped'] },
  { all: false, besideConflicts: true, include: ['server-stopped'] },
  { all: false, besideConflicts: false, include: ['closed'] },
  { all: true, besideConflicts: false, include: [] },
);

const worldEvent: fc.Arbitrary<WorldEvent> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('create'), name, panes }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('close', 'split'), pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rename'), pick, name }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('opt-out', 'opt-in'), pick }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('start-agent'), pick, pane, conversation }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('end-agent', 'oom-kill-agent'), pick, pane }) },
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
