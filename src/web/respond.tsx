import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { LocalClock } from '../render/text/clock.ts';
import { Layout, type Frame, type Viewer } from './view/layout.tsx';
import { MessagePage } from './view/message-page.tsx';

/** A page without its frame. */
export interface PageContent {
  readonly title: string;
  readonly viewer: Viewer | null;
  readonly current?: 'own' | 'everybody';
  readonly live?: { readonly path: string; readonly version: string };
  readonly refreshes?: boolean;
  readonly body: Child;
}

export interface Responder {
  readonly page: (
    context: Context,
    content: PageContent,
    status?: ContentfulStatusCode,
  ) => Response | Promise<Response>;
  /** A page that says why there is no other; it never tells anything of a user. */
  readonly message: (
    context: Context,
    status: ContentfulStatusCode,
    title: string,
    ...sentences: readonly string[]
  ) => Response | Promise<Response>;
}

export function responder(frame: Frame, clock: LocalClock): Responder {
  const page: Responder['page'] = async (context, content, status = 200) => {
    const { live = null, body, ...rest } = content;
    const zone = clock.zoneOf([new Date().toISOString()]);
    const markup = (
      <Layout frame={frame} zone={zone} live={live} {...rest}>
        {body}
      </Layout>
    );
    return context.html(`<!doctype html>\n${String(await markup)}`, status);
  };
  return {
    page,
    message: (context, status, title, ...sentences) => {
      const back = status === 401 ? null : { path: `${frame.prefix}/`, words: 'To the sessions' };
      const body = <MessagePage title={title} sentences={sentences} back={back} />;
      return page(context, { title: `${title} · tmux-persist`, viewer: null, body }, status);
    },
  };
}
