import type { Context } from 'hono';
import type { Env } from './doors.ts';
import type { Picker } from './documents/picker.ts';
import type { Shared } from './pages.tsx';
import { isPlainId, isPlainName, type Subject } from './subject.ts';
import { MessagePage } from './view/message-page.tsx';

const maxNames = 300;

/** Begins what a form asks for, and leads to its page; a page that says why where nothing begins. */
export async function restore(
  { jobs, respond, command, prefix }: Pick<Shared, 'jobs' | 'respond' | 'command' | 'prefix'>,
  context: Context<Env>,
  subject: Subject,
  picker: Picker,
  own: Picker,
): Promise<Response> {
  const form = context.get('form');
  const [snapshotId, names] = [form.get('at') ?? '', [...new Set(form.getAll('session'))]];
  if (!isPlainId(snapshotId) || names.length > maxNames || !names.every(isPlainName)) {
    return respond.message(context, 400, 'Not a choice of sessions', 'Nothing was done: load the sessions again.');
  }
  if (names.length === 0) {
    return respond.message(context, 422, 'Nothing was ticked', 'Nothing was done. Tick what should come back.');
  }
  const about = { login: context.get('login'), user: picker.user, isAdmin: own.isAdmin, subject, snapshotId, names };
  const { kind, job } = jobs.start(about, async (onEvent) =>
    command.act(subject, ['select', snapshotId, ...names], onEvent),
  );
  const path = `${prefix}/jobs/${job.id}`;
  if (kind === 'runs') return context.redirect(path, 303);
  const title = 'A restore runs already';
  const sentences = ['Nothing of the new one was begun. Send it again when that one has ended.'];
  const body = <MessagePage title={title} sentences={sentences} back={{ path, words: 'To the restore that runs' }} />;
  return respond.page(context, { title: `${title} · tmux-persist`, viewer: null, body }, 409);
}
