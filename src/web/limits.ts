import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** How often one login may do something. */
export interface RateLimit {
  /** Counts one more; the seconds to wait when that is too many, and null when it is not. */
  readonly wait: (login: string) => Promise<number | null>;
}

export function rateLimit(points: number, durationSeconds: number): RateLimit {
  const limiter = new RateLimiterMemory({ points, duration: durationSeconds });
  return {
    wait: async (login) => {
      try {
        await limiter.consume(login);
        return null;
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      }
    },
  };
}

/** Counts what is open at the same time, in all and by login. */
export interface OpenLimit {
  /** Counts one more; returns what ends it, and null when there are too many. */
  readonly open: (login: string) => (() => void) | null;
}

export function openLimit(perLogin: number, inAll: number): OpenLimit {
  const counts = new Map<string, number>();
  let total = 0;
  return {
    open: (login) => {
      const own = counts.get(login) ?? 0;
      if (own >= perLogin || total >= inAll) return null;
      counts.set(login, own + 1);
      total += 1;
      let isOpen = true;
      return () => {
        if (!isOpen) return;
        isOpen = false;
        total -= 1;
        const left = (counts.get(login) ?? 1) - 1;
        if (left === 0) counts.delete(login);
        else counts.set(login, left);
      };
    },
  };
}
