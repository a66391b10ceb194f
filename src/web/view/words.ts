import type { Cause } from '../../core/manifest.ts';
import type { Outcome } from '../documents/progress.ts';

/** Why sessions were lost, to whom it happened. */
export const causeSentence: Readonly<Record<Cause, string>> = {
  reboot: 'the host was rebooted',
  'server-died': 'the tmux server died',
  killed: 'killed',
  'server-stopped': 'the tmux server was stopped',
  closed: 'closed',
  forgotten: 'forgotten',
};

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

/** `1 session`, `3 sessions`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
