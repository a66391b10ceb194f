import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { LocalClock } from '../render/text/clock.ts';
import type { Assets } from './assets.ts';
import { type Env, notTooOften, ownFormsOnly, protectingHeaders, whoIsWho } from './doors.ts';
import { makeFormTokens } from './form-tokens.ts';
import { makeJobs } from './jobs.ts';
import { rateLimit } from './limits.ts';
import type { Live } from './live.ts';
import { pagesOf } from './pages.tsx';
import { responder } from './respond.tsx';
import type { RootCommand } from './root-command.ts';
import type { PublicOrigin } from './same-origin.ts';
import { sessionsOf } from './sessions-of.ts';
import { streamsOf } from './streams.ts';

export interface AppOptions {
  readonly header: string;
  /** null where only the proxy can connect. */
  readonly secret: string | null;
  readonly publicOrigin: PublicOrigin;
  readonly command: RootCommand;
  readonly live: Live;
  readonly assets: Assets;
  readonly clock: LocalClock;
  readonly complain: (text: string) => void;
}

const maxBodyBytes = 128 * 1024;

/** All routes of the page. */
export function makeApp(options: AppOptions): Hono<Env> {
  const { publicOrigin, command, live, assets, clock, complain } = options;
  const { prefix } = publicOrigin;
  const respond = responder({ prefix, assets: assets.names }, clock);
  const tokens = makeFormTokens();
  const sessions = sessionsOf(command);
  const jobs = makeJobs(({ user }) => live.touch(user));
  const shared = { sessions, jobs, live, respond, tokens, command, clock, prefix };
  const pages = pagesOf(shared);
  const streams = streamsOf(shared);

  const app = new Hono<Env>({ getPath: (request) => withoutPrefix(new URL(request.url).pathname, prefix) });
  app.use(protectingHeaders);
  app.use(async (context, next) => {
    context.header('Cache-Control', 'no-store');
    await next();
  });
  app.use(whoIsWho(options, respond));
  app.get('/assets/:name', (context) => {
    const asset = assets.find(context.req.param('name'));
    if (asset === null) return context.notFound();
    const isCompressed = /\bgzip\b/.test(context.req.header('Accept-Encoding') ?? '');
    context.header('Cache-Control', 'public, max-age=31536000, immutable');
    context.header('Vary', 'Accept-Encoding');
    context.header('Content-Type', asset.type);
    if (isCompressed) context.header('Content-Encoding', 'gzip');
    return context.body(isCompressed ? asset.compressed : asset.plain);
  });
  app.use(notTooOften(rateLimit(300, 60), respond));
  app.get('/', pages.own);
  app.get('/users', pages.everybody);
  app.get('/users/:user', pages.user);
  app.get('/jobs/:id', pages.job);
  app.get('/live', streams.own);
  app.get('/live/everybody', streams.everybody);
  app.get('/live/users/:user', streams.user);
  app.get('/live/jobs/:id', streams.job);
  const changing = [
    bodyLimit({
      maxSize: maxBodyBytes,
      onError: (context) => respond.message(context, 413, 'Too much at once', 'Nothing was done.'),
    }),
    ownFormsOnly(publicOrigin, tokens, respond),
    notTooOften(rateLimit(20, 60), respond),
  ] as const;
  app.post('/restore', ...changing, pages.restoreOwn);
  app.post('/users/:user/restore', ...changing, pages.restoreUser);

  const readOnly = ['/', '/users', '/users/:user', '/jobs/:id', '/live', '/live/*', '/assets/:name'];
  for (const path of readOnly) app.all(path, wrongMethod('GET, HEAD'));
  for (const path of ['/restore', '/users/:user/restore']) app.all(path, wrongMethod('POST'));
  app.notFound((context) => respond.message(context, 404, 'Not here', 'There is no page at this address.'));
  app.onError((error, context) => {
    complain(`internal error: ${error.stack ?? error.message}`);
    return respond.message(context, 500, 'Something went wrong', 'The log of this host says what.');
  });
  return app;

  function wrongMethod(allowed: string) {
    return (context: Parameters<typeof respond.message>[0]) => {
      context.header('Allow', allowed);
      return respond.message(context, 405, 'Not this way', 'Nothing was done.');
    };
  }
}

/** A proxy may take the prefix away, or not. */
function withoutPrefix(path: string, prefix: string): string {
  if (prefix === '' || (path !== prefix && !path.startsWith(`${prefix}/`))) return path;
  return path.slice(prefix.length) || '/';
}
