/** Where the page is, as browsers see it. */
export interface PublicOrigin {
  /** `https://host`; null when nobody has said, and then a request's own host counts. */
  readonly origin: string | null;
  /** What all paths of the page begin with: empty, or `/tmux`. */
  readonly prefix: string;
}

/** The public address from `--origin`; null when the text is no such address. */
export function publicOriginFrom(text: string): PublicOrigin | null {
  if (!URL.canParse(text)) return null;
  const { protocol, origin, pathname, search, hash, username, password } = new URL(text);
  const isPlain = search === '' && hash === '' && username === '' && password === '';
  if (!isPlain || (protocol !== 'https:' && protocol !== 'http:')) return null;
  const prefix = pathname.replace(/\/+$/, '');
  return /^(?:\/[A-Za-z0-9._~-]+)*$/.test(prefix) ? { origin, prefix } : null;
}

interface Provenance {
  readonly origin: string | undefined;
  readonly host: string | undefined;
  readonly fetchSite: string | undefined;
}

/**
 * Whether a request that changes something may come from our own page, by what the browser says of it. One that says
 * nothing at all is no browser's; the form's token decides on that.
 */
export function isSameOrigin({ origin, host, fetchSite }: Provenance, expected: PublicOrigin): boolean {
  if (fetchSite !== undefined && fetchSite !== 'same-origin') return false;
  if (origin === undefined) return true;
  if (expected.origin !== null) return origin === expected.origin;
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}
