import type { LocalClock } from '../../render/text/clock.ts';

/** A time as this host's clock shows it, shorter when it was today. */
export function Time({ at, now, clock }: { readonly at: string; readonly now: string; readonly clock: LocalClock }) {
  return <time dateTime={at}>{clock.brief(at, now)}</time>;
}
