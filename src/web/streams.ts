import type { Context } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { isPlainLogin } from '../core/plain-login.ts';
import type { Env } from './doors.ts';
import { openLimit } from './limits.ts';
import type { Seen } from './live.ts';
import { adminWhoAsks, type Shared, userAskedFor, versionOfJob, whoAsks } from './pages.tsx';

type Handler<Path extends string> = (context: Context<Env, Path>) => Promise<Response>;

interface Streams {
  readonly own: Handler<'/live'>;
  readonly everybody: Handler<'/live/everybody'>;
  readonly user: Handler<'/live/users/:user'>;
  readonly job: Handler<'/live/jobs/:id'>;
}

/** A proxy closes what is silent for a minute. */
const heartbeatMs = 25_000;

/** The streams of server-sent events. They carry no content: a page that hears `changed` loads itself again. */
export function streamsOf(shared: Shared): Streams {
  const { sessions, jobs, live, respond } = shared;
  const limit = openLimit(8, 1_000);

  const stream = async (context: Context<Env>, follow: (tell: (version: string) => void) => () => void) => {
    const close = limit.open(context.get('login'));
    if (close === null) {
      context.header('Retry-After', '30');
      return respond.message(context, 429, 'Too many pages', 'Too many pages are open; close some.');
    }
    if (context.req.method === 'HEAD') {
      close();
      return context.body(null, 200, { 'Content-Type': 'text/event-stream' });
    }
    // nginx would hold the events back.
    context.header('X-Accel-Buffering', 'no');
    const response = streamSSE(context, async (events) => {
      const ended = new Promise<void>((resolve) => {
        events.onAbort(resolve);
      });
      const stop = follow((version) => void send(events, version));
      const heartbeat = setInterval(() => void events.write(': \n\n').catch(() => {}), heartbeatMs);
      await events.write('retry: 3000\n\n');
      await ended;
      clearInterval(heartbeat);
      stop();
      close();
    });
    // streamSSE says no-cache, which lets a cache keep it.
    response.headers.set('Cache-Control', 'no-store');
    return response;
  };

  const view = async (context: Context<Env>, seen: Seen) => {
    const version = context.req.query('version') ?? '';
    return stream(context, (tell) => live.view(seen, version, tell));
  };

  return {
    own: async (context) => {
      const known = await whoAsks(shared, context);
      if (known.kind === 'refused') return known.response;
      return view(context, sessions.seen({ kind: 'login', login: context.get('login') }, known.own.user));
    },
    everybody: async (context) => {
      const known = await adminWhoAsks(shared, context);
      if (known.kind === 'refused') return known.response;
      return view(context, sessions.seenOverview(context.get('login')));
    },
    user: async (context) => {
      const known = await adminWhoAsks(shared, context);
      if (known.kind === 'refused') return known.response;
      const found = await userAskedFor(shared, context, context.req.param('user'));
      if (found.kind === 'refused') return found.response;
      return view(context, sessions.seen({ kind: 'user', user: found.own.user }, found.own.user));
    },
    job: async (context) => {
      const [id, login] = [context.req.param('id'), context.get('login')];
      const job = jobs.find(id, login);
      if (job === null || !isPlainLogin(login)) return context.notFound();
      return stream(context, (tell) => {
        const step = atMostEvery(stepMs, () => {
          const now = jobs.find(id, login);
          if (now !== null) tell(versionOfJob(now));
        });
        if (context.req.query('version') !== versionOfJob(job)) step();
        return jobs.follow(id, step);
      });
    },
  };
}

/** Sessions can come up by the hundred in a second, and each page would be loaded for each. */
const stepMs = 300;

/** Calls at once, and then after each pause in which it was called for. */
function atMostEvery(pauseMs: number, call: () => void): () => void {
  let state: 'ready' | 'pausing' | 'due' = 'ready';
  const begin = (): void => {
    state = 'pausing';
    call();
    setTimeout(() => {
      if (state === 'due') begin();
      else state = 'ready';
    }, pauseMs).unref();
  };
  return () => {
    if (state === 'ready') begin();
    else state = 'due';
  };
}

async function send(events: SSEStreamingApi, version: string): Promise<void> {
  try {
    await events.writeSSE({ event: 'changed', data: version });
  } catch {
    // The page has gone, and the abort says so, too.
  }
}
