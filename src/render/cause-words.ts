import type { Cause } from '../core/cause.ts';

/** What happened to a session, short enough for a column; a time follows. */
export const causeWords: Readonly<Record<Cause, string>> = {
  reboot: 'host rebooted',
  'server-died': 'server died',
  killed: 'killed',
  'server-stopped': 'server stopped',
  closed: 'closed',
  forgotten: 'forgotten',
};
