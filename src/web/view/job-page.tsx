import { counted } from '../../core/text.ts';
import { printable } from '../../render/text/printable.ts';
import type { Job, JobSession } from '../jobs.ts';
import type { ActEnd } from '../root-command.ts';
import { Name } from './session-words.tsx';
import { outcomeKind, outcomeWords } from './words.ts';

interface JobPageProps {
  readonly job: Job;
  /** Whether whoever looks may read what root's command said. */
  readonly isAdmin: boolean;
  /** The page of the sessions. */
  readonly back: string;
}

/** One restore: each session as it comes up, with its notes. */
export function JobPage({ job, isAdmin, back }: JobPageProps) {
  const whose = job.subject.kind === 'user' ? ` of ${printable(job.subject.user)}` : '';
  return (
    <>
      <h1>
        {job.end === null
          ? `Bringing back sessions${whose}`
          : `Restore ended${whose === '' ? '' : `: sessions${whose}`}`}
      </h1>
      <p class={`situation ${situationOf(job)}`} id="progress" role="status" aria-live="polite">
        {jobSentence(job)}
      </p>
      {job.end !== null && isAdmin
        ? job.end.messages.map((message) => <p class="notice bad">{printable(message)}</p>)
        : null}
      <ul class="rows results" aria-label="Sessions">
        {job.sessions.map((session) => (
          <Result session={session} isOver={job.end !== null} />
        ))}
      </ul>
      <p class="onward">
        <a class="button" href={back}>
          Back to the sessions
        </a>
      </p>
      {job.end === null ? (
        <p class="muted small">This goes on when you close the page. It is shown here again when you come back.</p>
      ) : null}
    </>
  );
}

/** How far a restore is, or how it ended. */
export function jobSentence({ sessions, end }: Job): string {
  const known = sessions.filter(({ result }) => result !== null);
  const back = known.filter(
    ({ result }) => result !== null && outcomeKind[result.outcome] !== 'bad' && result.outcome !== 'deferred',
  );
  const total = counted(sessions.length, 'session');
  if (end === null) {
    return known.length === 0 ? `${total} to bring back; waiting for the first.` : `${known.length} of ${total} done.`;
  }
  if (end.exitCode === 0 && back.length === sessions.length) return `Done: ${back.length} of ${total} run.`;
  if (known.length > 0) return `Ended: ${back.length} of ${total} run. Read the notes below.`;
  return whyNothing(end);
}

/** An end, to somebody who cannot read the log of this host. */
function whyNothing({ exitCode, unknown }: ActEnd): string {
  switch (exitCode) {
    case 0:
      return 'There was nothing to do.';
    case 2:
      return unknown === null
        ? 'Nothing was done: this host does not allow it now. Its log says why.'
        : 'Nothing was done: a session is no longer in this snapshot. Load the sessions again.';
    case 4:
      return 'Nothing was done: it could not be seen what runs.';
    case 5:
      return 'Nothing was done: another restore is going on. Try again in half a minute.';
    case null:
      return 'No answer came. What was begun may still go on: look at the sessions in a minute.';
    default:
      return 'It did not succeed. The log of this host says why.';
  }
}

function situationOf({ sessions, end }: Job): string {
  if (end === null) return 'going-on';
  const kinds = new Set(sessions.map(({ result }) => (result === null ? 'bad' : outcomeKind[result.outcome])));
  if (kinds.has('bad') || (end.exitCode !== 0 && !kinds.has('doubtful'))) return 'bad';
  return kinds.has('doubtful') ? 'doubtful' : 'good';
}

function Result({ session, isOver }: { readonly session: JobSession; readonly isOver: boolean }) {
  const { name, target, result } = session;
  const kind = result === null ? (isOver ? 'bad' : 'waiting') : outcomeKind[result.outcome];
  const words = result === null ? (isOver ? 'not known' : 'on its way') : outcomeWords[result.outcome];
  return (
    <li class={kind}>
      <span class="mark" aria-hidden="true"></span>
      <Name of={name} />
      <span class="outcome">
        {words}
        {target === name ? '' : ` as ${printable(target)}`}
      </span>
      {result === null || result.notes.length === 0 ? null : (
        <ul class="notes">
          {result.notes.map((note) => (
            <li>{printable(note)}</li>
          ))}
        </ul>
      )}
    </li>
  );
}
