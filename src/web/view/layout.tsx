import type { Child } from 'hono/jsx';
import { printable } from '../../render/text/printable.ts';
import type { AssetNames } from '../assets.ts';

/** What every page needs to know. */
export interface Frame {
  readonly prefix: string;
  readonly assets: AssetNames;
}

/** Who looks at a page. */
export interface Viewer {
  readonly login: string;
  readonly user: string;
  readonly isAdmin: boolean;
}

interface LayoutProps {
  readonly frame: Frame;
  readonly title: string;
  /** null where it is not known who looks. */
  readonly viewer: Viewer | null;
  readonly current?: 'own' | 'everybody';
  /** The stream that tells of a newer version of this page; null for none. */
  readonly live: { readonly path: string; readonly version: string } | null;
  /** Whether a page without scripts loads itself again; only while something goes on. */
  readonly refreshes?: boolean;
  readonly zone: string;
  readonly children: Child;
}

/** The frame of all pages. The script puts only `main` in the place of the old one, and the title. */
export function Layout({ frame, title, viewer, current, live, refreshes = false, zone, children }: LayoutProps) {
  const { prefix, assets } = frame;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{title}</title>
        <link rel="icon" type="image/svg+xml" href={`${prefix}/assets/${assets.icon}`} />
        <link rel="stylesheet" href={`${prefix}/assets/${assets.style}`} />
        <script src={`${prefix}/assets/${assets.script}`} defer></script>
        {refreshes ? (
          <noscript>
            <meta http-equiv="refresh" content="2" />
          </noscript>
        ) : null}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the sessions
        </a>
        <header class="bar">
          <a class="name" href={`${prefix}/`}>
            tmux-persist
          </a>
          {viewer === null ? null : (
            <nav aria-label="Pages">
              <a href={`${prefix}/`} aria-current={current === 'own' ? 'page' : undefined}>
                My sessions
              </a>
              {viewer.isAdmin ? (
                <a href={`${prefix}/users`} aria-current={current === 'everybody' ? 'page' : undefined}>
                  Everybody
                </a>
              ) : null}
            </nav>
          )}
          <span class="connection" id="connection" hidden></span>
          {viewer === null ? null : (
            <span class="who">
              <span class="muted">signed in as </span>
              <bdi>{printable(viewer.login)}</bdi>
            </span>
          )}
        </header>
        <main id="main" tabIndex={-1} data-live={live?.path} data-version={live?.version}>
          {children}
        </main>
        {viewer === null ? null : (
          <footer>
            <p>All times are this host's: {zone}. Nothing on these pages closes a session.</p>
          </footer>
        )}
      </body>
    </html>
  );
}
