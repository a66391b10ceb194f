import { counted } from '../../core/text.ts';
import type { LocalClock } from '../../render/text/clock.ts';
import { printable } from '../../render/text/printable.ts';
import type { LiveSession, LostSession, Picker, Selection } from '../documents/picker.ts';
import type { Job } from '../jobs.ts';
import { jobSentence } from './job-page.tsx';
import { SelectionForm } from './selection-form.tsx';
import { Agent, Directory, Name } from './session-words.tsx';
import { Time } from './times.tsx';
import { Timeline } from './timeline.tsx';

export interface UserPageProps {
  readonly picker: Picker;
  /** The chosen snapshot; null where there is none, or where `problem` says why. */
  readonly selection: Selection | null;
  readonly problem: string | null;
  /** Whether this snapshot was asked for, and is not just the newest one. */
  readonly isAsked: boolean;
  /** The newest restore of whoever looks, for this user; null for none. */
  readonly job: Job | null;
  readonly clock: LocalClock;
  readonly prefix: string;
  /** The path of this page. */
  readonly path: string;
  /** The path to which the form goes. */
  readonly action: string;
  readonly token: string;
  readonly isOwn: boolean;
}

/** One user: what runs, what was lost and why, and what can be brought back. */
export function UserPage(props: UserPageProps) {
  const { picker, selection, problem, isAsked, job, clock, prefix, path, action, token, isOwn } = props;
  const { now, lost } = picker;
  const losses = lost.filter(({ comesBack }) => comesBack);
  const closed = lost.filter(({ comesBack }) => !comesBack);
  const chosen = picker.snapshots.find(({ id }) => id === selection?.id);
  const inRows = new Set(selection?.rows.map(({ name }) => name));
  const elsewhere = losses.filter(({ name }) => !inRows.has(name));
  const isChoiceFirst = losses.length > 0 || isAsked;
  const running = <Running picker={picker} clock={clock} />;
  return (
    <>
      <h1>
        {isOwn ? (
          'Your sessions'
        ) : (
          <>
            Sessions of <bdi>{printable(picker.user)}</bdi>
          </>
        )}
      </h1>
      <Situation picker={picker} losses={losses} clock={clock} />
      {job === null ? null : job.end === null ? (
        <p class="notice">
          <a href={`${prefix}/jobs/${job.id}`}>A restore is going on</a>: {jobSentence(job)}
        </p>
      ) : (
        <p class="muted small">
          <a href={`${prefix}/jobs/${job.id}`}>
            The restore of <Time at={job.startedAt} now={now} clock={clock} />
          </a>
          : {jobSentence(job)}
        </p>
      )}
      {elsewhere.length === 0 ? null : (
        <section aria-labelledby="lost-title" id="lost">
          <h2 id="lost-title">Lost</h2>
          <LostList sessions={elsewhere} now={now} clock={clock} />
        </section>
      )}
      {problem === null ? null : (
        <p class="notice bad" role="alert">
          {problem}
        </p>
      )}
      {isChoiceFirst ? null : running}
      {selection === null ? null : (
        <SelectionForm
          selection={selection}
          takenAt={chosen?.takenAt ?? null}
          isNewest={chosen?.isNewest ?? false}
          isKnown={picker.unknownBecause === null}
          lost={lost}
          now={now}
          clock={clock}
          path={action}
          token={token}
        />
      )}
      <Timeline snapshots={picker.snapshots} chosen={selection?.id ?? null} now={now} clock={clock} path={path} />
      {isChoiceFirst ? running : null}
      {closed.length === 0 ? null : (
        <section aria-labelledby="closed-title">
          <h2 id="closed-title" class="for-screen-readers">
            Closed
          </h2>
          <details id="closed">
            <summary>{goneWords(closed.length, picker.unknownBecause === null)}</summary>
            <LostList sessions={closed} now={now} clock={clock} />
          </details>
        </section>
      )}
      {picker.isWatched ? null : (
        <p class="muted small">No watch runs on this host: what changes is recorded by the timer, and shown later.</p>
      )}
    </>
  );
}

/** While it is not known what runs, a restore brings nothing back, and losses of every cause are among these. */
function goneWords(count: number, isKnown: boolean): string {
  return isKnown
    ? `${counted(count, 'closed or stopped session')}: back only when ticked`
    : `${counted(count, 'session that was', 'sessions that were')} gone at the last look`;
}

/** The one sentence that somebody looks for first. */
function Situation(props: { readonly picker: Picker; readonly losses: readonly LostSession[]; clock: LocalClock }) {
  const { picker, losses, clock } = props;
  const [newest] = losses;
  if (picker.unknownBecause !== null) {
    return (
      <p class="situation doubtful" id="situation">
        It is not known what runs: {printable(picker.unknownBecause)}
      </p>
    );
  }
  const running =
    picker.live.length === 0 ? 'Nothing runs' : counted(picker.live.length, 'session runs', 'sessions run');
  if (newest === undefined) {
    return (
      <p class="situation good" id="situation">
        {running}. Nothing is lost.
      </p>
    );
  }
  return (
    <p class="situation bad" id="situation">
      <strong>{counted(losses.length, 'session was lost', 'sessions were lost')}</strong>, the last{' '}
      <Time at={newest.goneAt} now={picker.now} clock={clock} />: {printable(newest.words)}. {running}.
    </p>
  );
}

function Running({ picker, clock }: { readonly picker: Picker; readonly clock: LocalClock }) {
  const { live, now, unknownBecause } = picker;
  if (unknownBecause !== null) return null;
  return (
    <section aria-labelledby="live-title" id="live">
      <h2 id="live-title">Running</h2>
      {live.length === 0 ? (
        <p class="empty">{picker.snapshots.length === 0 ? nothingYet : 'No session runs.'}</p>
      ) : (
        <LiveTable {...{ live, now, clock }} />
      )}
    </section>
  );
}

const nothingYet = 'No session runs. Once one does, it is recorded, and can be brought back here.';

function LostList(props: { readonly sessions: readonly LostSession[]; readonly now: string; clock: LocalClock }) {
  const { sessions, now, clock } = props;
  return (
    <ul class="rows lost">
      {sessions.map((one) => (
        <li>
          <Name of={one.name} />
          <div class="about">
            <span class="why">
              <Time at={one.goneAt} now={now} clock={clock} /> {printable(one.words)}
            </span>
            <Directory path={one.directory} />
            <Agent agent={one.agent} conversation={one.conversation} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function LiveTable(props: { readonly live: readonly LiveSession[]; readonly now: string; clock: LocalClock }) {
  const { live, now, clock } = props;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Directory</th>
          <th scope="col">Agent</th>
          <th scope="col">Windows</th>
          <th scope="col">Since</th>
        </tr>
      </thead>
      <tbody>
        {live.map((one) => (
          <tr>
            <th scope="row">
              <Name of={one.name} />
            </th>
            <td data-label="Directory">
              <Directory path={one.directory} />
            </td>
            <td data-label="Agent">
              <Agent agent={one.agent} conversation={one.conversation} />
            </td>
            <td data-label="Windows">{one.windows}</td>
            <td data-label="Since">{one.since === null ? '-' : <Time at={one.since} now={now} clock={clock} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
