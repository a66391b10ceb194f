import type { Context } from 'hono';
import { isPlainLogin } from '../core/plain-login.ts';
import type { LocalClock } from '../render/text/clock.ts';
import type { Env } from './doors.ts';
import type { Picker, Selection } from './documents/picker.ts';
import type { FormTokens } from './form-tokens.ts';
import type { Job, Jobs } from './jobs.ts';
import { type Live, versionOf } from './live.ts';
import type { Responder } from './respond.tsx';
import type { Answer, RootCommand } from './root-command.ts';
import { restore } from './restore-form.tsx';
import { type Sessions, stateOfOverview, stateOfPicker } from './sessions-of.ts';
import { isPlainId, isPlainUser, type Subject } from './subject.ts';
import { JobPage, jobSentence } from './view/job-page.tsx';
import { OverviewPage } from './view/overview-page.tsx';
import { UserPage } from './view/user-page.tsx';

export interface Shared {
  readonly sessions: Sessions;
  readonly jobs: Jobs;
  readonly live: Live;
  readonly respond: Responder;
  readonly tokens: FormTokens;
  readonly command: RootCommand;
  readonly clock: LocalClock;
  readonly prefix: string;
}

type Handler<Path extends string> = (context: Context<Env, Path>) => Promise<Response>;

interface Pages {
  readonly own: Handler<'/'>;
  readonly everybody: Handler<'/users'>;
  readonly user: Handler<'/users/:user'>;
  readonly job: Handler<'/jobs/:id'>;
  readonly restoreOwn: Handler<'/restore'>;
  readonly restoreUser: Handler<'/users/:user/restore'>;
}

/** What is known of whoever asks; a response where nothing is. */
type Known =
  { readonly kind: 'known'; readonly own: Picker } | { readonly kind: 'refused'; readonly response: Response };

export function pagesOf(shared: Shared): Pages {
  const { sessions, jobs, respond, tokens, clock, prefix } = shared;

  const showUser = async (context: Context<Env>, subject: Subject, picker: Picker, own: Picker): Promise<Response> => {
    const login = context.get('login');
    const isOwn = subject.kind === 'login';
    const path = isOwn ? `${prefix}/` : `${prefix}/users/${encodeURIComponent(picker.user)}`;
    const asked = context.req.query('at');
    const chosen = await choose(subject, picker, asked);
    const props = {
      ...chosen,
      picker,
      isOwn,
      path,
      isAsked: asked !== undefined,
      job: jobs.newestOf(login, subject),
      clock,
      prefix,
      action: isOwn ? `${prefix}/restore` : `${path}/restore`,
      token: tokens.tokenOf(login),
    };
    return respond.page(context, {
      title: `${lossesFirst(picker)}${isOwn ? 'Your sessions' : `Sessions of ${picker.user}`} · tmux-persist`,
      viewer: { login, user: own.user, isAdmin: own.isAdmin },
      ...(isOwn ? { current: 'own' as const } : { current: 'everybody' as const }),
      live: {
        path: isOwn ? `${prefix}/live` : `${prefix}/live/users/${encodeURIComponent(picker.user)}`,
        version: versionOf(stateOfPicker(picker)),
      },
      body: <UserPage {...props} />,
    });
  };

  const choose = async (
    subject: Subject,
    picker: Picker,
    asked: string | undefined,
  ): Promise<{ readonly selection: Selection | null; readonly problem: string | null }> => {
    if (asked === undefined || asked === picker.selection?.id) return { selection: picker.selection, problem: null };
    if (!isPlainId(asked))
      return { selection: picker.selection, problem: 'There is no such snapshot. This is the newest.' };
    const answer = await sessions.show(subject, asked);
    if (answer.kind === 'answered') return { selection: answer.value, problem: null };
    const problem =
      answer.kind === 'unknown'
        ? 'There is no such snapshot any more. This is the newest.'
        : 'That snapshot could not be read now. This is the newest.';
    return { selection: picker.selection, problem };
  };

  return {
    own: async (context) => {
      const known = await whoAsks(shared, context);
      if (known.kind === 'refused') return known.response;
      return showUser(context, ownSubject(context), known.own, known.own);
    },
    everybody: async (context) => {
      const known = await adminWhoAsks(shared, context);
      if (known.kind === 'refused') return known.response;
      const answer = await sessions.overview(context.get('login'));
      if (answer.kind !== 'answered') return noAnswer(respond, context);
      const now = new Date().toISOString();
      return respond.page(context, {
        title: 'Everybody · tmux-persist',
        viewer: { login: context.get('login'), user: known.own.user, isAdmin: true },
        current: 'everybody',
        live: { path: `${prefix}/live/everybody`, version: versionOf(stateOfOverview(answer.value)) },
        body: <OverviewPage overview={answer.value} now={now} clock={clock} prefix={prefix} />,
      });
    },
    user: async (context) => {
      const known = await adminWhoAsks(shared, context);
      if (known.kind === 'refused') return known.response;
      const found = await userAskedFor(shared, context, context.req.param('user'));
      if (found.kind === 'refused') return found.response;
      return showUser(context, { kind: 'user', user: found.own.user }, found.own, known.own);
    },
    job: async (context) => {
      const login = context.get('login');
      const job = jobs.find(context.req.param('id'), login);
      if (job === null) {
        return respond.message(
          context,
          404,
          'This restore is not known here',
          'The server may have been started again since. What was brought back runs.',
        );
      }
      const isRunning = job.end === null;
      return respond.page(context, {
        title: `${jobSentence(job)} · tmux-persist`,
        viewer: { login, user: job.user, isAdmin: job.isAdmin },
        ...(isRunning ? { live: { path: `${prefix}/live/jobs/${job.id}`, version: versionOfJob(job) } } : {}),
        refreshes: isRunning,
        body: <JobPage job={job} isAdmin={job.isAdmin} back={pathOf(job.subject, prefix)} />,
      });
    },
    restoreOwn: async (context) => {
      const known = await whoAsks(shared, context);
      if (known.kind === 'refused') return known.response;
      return restore(shared, context, ownSubject(context), known.own, known.own);
    },
    restoreUser: async (context) => {
      const known = await adminWhoAsks(shared, context);
      if (known.kind === 'refused') return known.response;
      const found = await userAskedFor(shared, context, context.req.param('user'));
      if (found.kind === 'refused') return found.response;
      return restore(shared, context, { kind: 'user', user: found.own.user }, found.own, known.own);
    },
  };
}

/** The sessions of whoever asks. A login that leads to nobody is shown nothing else. */
export async function whoAsks({ sessions, respond }: Shared, context: Context<Env>): Promise<Known> {
  const login = context.get('login');
  const answer: Answer<Picker> = isPlainLogin(login)
    ? await sessions.open({ kind: 'login', login })
    : { kind: 'unknown' };
  if (answer.kind === 'answered') return { kind: 'known', own: answer.value };
  if (answer.kind === 'failed') return { kind: 'refused', response: await noAnswer(respond, context) };
  const response = await respond.message(
    context,
    403,
    'You have no sessions here',
    `You are signed in as ${login}. On this host, that login belongs to nobody.`,
    'An administrator of this host can enter it in the roster.',
  );
  return { kind: 'refused', response };
}

/** The same, for what only an administrator may see. */
export async function adminWhoAsks(shared: Shared, context: Context<Env>): Promise<Known> {
  const known = await whoAsks(shared, context);
  if (known.kind === 'refused' || known.own.isAdmin) return known;
  const response = await shared.respond.message(
    context,
    403,
    'For administrators only',
    'The roster of this host does not make you an administrator.',
  );
  return { kind: 'refused', response };
}

/** The sessions of the user whom an administrator named. */
export async function userAskedFor({ sessions, respond }: Shared, context: Context<Env>, user: string): Promise<Known> {
  const answer: Answer<Picker> = isPlainUser(user) ? await sessions.open({ kind: 'user', user }) : { kind: 'unknown' };
  if (answer.kind === 'answered') return { kind: 'known', own: answer.value };
  if (answer.kind === 'failed') return { kind: 'refused', response: await noAnswer(respond, context) };
  const response = await respond.message(context, 404, 'No such user', 'The roster of this host has no such user.');
  return { kind: 'refused', response };
}

export function versionOfJob(job: Job): string {
  return versionOf(JSON.stringify([job.sessions, job.end]));
}

function ownSubject(context: Context<Env>): Subject {
  return { kind: 'login', login: context.get('login') };
}

/** For the tab of the browser. */
function lossesFirst({ lost }: Picker): string {
  const count = lost.filter(({ comesBack }) => comesBack).length;
  return count === 0 ? '' : `${count} lost · `;
}

function pathOf(subject: Subject, prefix: string): string {
  return subject.kind === 'login' ? `${prefix}/` : `${prefix}/users/${encodeURIComponent(subject.user)}`;
}

async function noAnswer(respond: Responder, context: Context<Env>): Promise<Response> {
  context.header('Retry-After', '15');
  return respond.message(
    context,
    503,
    'No answer',
    'The sessions could not be looked at now. Load this page again in a minute; the log of this host says why.',
  );
}
