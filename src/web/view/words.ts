import type { Outcome } from '../documents/progress.ts';

/** How a session fared, to whom it belongs. */
export const outcomeWords: Readonly<Record<Outcome, string>> = {
  created: 'came back',
  'created-without-conversation': 'came back without its conversation',
  resumed: 'conversation resumed',
  'already-live': 'runs already',
  failed: 'did not come back',
  deferred: 'not now',
};

/** How an outcome is marked beside its words. */
export const outcomeKind: Readonly<Record<Outcome, 'good' | 'doubtful' | 'bad'>> = {
  created: 'good',
  'created-without-conversation': 'doubtful',
  resumed: 'good',
  'already-live': 'good',
  failed: 'bad',
  deferred: 'doubtful',
};
