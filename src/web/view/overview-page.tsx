import { counted } from '../../core/text.ts';
import type { UserOverview } from '../../core/report/overview.ts';
import type { LocalClock } from '../../render/text/clock.ts';
import { causeWords } from '../../render/loss-words.ts';
import { printable } from '../../render/text/printable.ts';
import type { HealthLine, Overview } from '../documents/overview.ts';
import { Time } from './times.tsx';

interface OverviewPageProps {
  readonly overview: Overview;
  readonly now: string;
  readonly clock: LocalClock;
  readonly prefix: string;
}

/** Every user, and the health of the saves, for an administrator. */
export function OverviewPage({ overview, now, clock, prefix }: OverviewPageProps) {
  const { users, health } = overview;
  const problems = health.filter(({ severity }) => severity !== 'ok');
  const fine = health.filter(({ severity }) => severity === 'ok');
  const lost = users.filter((one) => one.lost > 0);
  const isBad = problems.some(({ severity }) => severity === 'error');
  return (
    <>
      <h1>Everybody</h1>
      <p class={`situation ${isBad ? 'bad' : problems.length > 0 ? 'doubtful' : 'good'}`} id="situation">
        {problems.length === 0
          ? 'The saves are healthy.'
          : `${counted(problems.length, 'thing')} to look at in the saves.`}{' '}
        {lost.length === 0
          ? 'Nobody has lost sessions.'
          : `${counted(lost.length, 'user has', 'users have')} lost sessions that can come back.`}
      </p>
      <section aria-labelledby="users-title">
        <h2 id="users-title">Users</h2>
        {users.length === 0 ? (
          <p class="empty">The roster has no users.</p>
        ) : (
          <Users {...{ users, now, clock, prefix }} />
        )}
      </section>
      <section aria-labelledby="health-title">
        <h2 id="health-title">Health of the saves</h2>
        {problems.length === 0 ? null : <HealthList lines={problems} />}
        {fine.length === 0 ? null : (
          <details id="fine">
            <summary>{counted(fine.length, 'check')} without a problem</summary>
            <HealthList lines={fine} />
          </details>
        )}
      </section>
    </>
  );
}

function Users(props: { readonly users: readonly UserOverview[] } & Omit<OverviewPageProps, 'overview'>) {
  const { users, now, clock, prefix } = props;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">User</th>
          <th scope="col">Running</th>
          <th scope="col">Lost</th>
          <th scope="col">Last saved</th>
          <th scope="col">Last loss</th>
        </tr>
      </thead>
      <tbody>
        {users.map((one) => (
          <tr class={one.lost > 0 || one.saveProblem !== null ? 'with-loss' : undefined}>
            <th scope="row">
              <a href={`${prefix}/users/${encodeURIComponent(one.user)}`}>
                <bdi>{printable(one.user)}</bdi>
              </a>
            </th>
            <td data-label="Running">{one.live ?? 'not known'}</td>
            <td data-label="Lost" class={one.lost > 0 ? 'why' : undefined}>
              {one.lost}
            </td>
            <td data-label="Last saved">
              <div>
                {one.lastSavedAt === null ? 'never' : <Time at={one.lastSavedAt} now={now} clock={clock} />}
                {one.saveProblem === null ? null : <div class="why">{printable(one.saveProblem)}</div>}
              </div>
            </td>
            <td data-label="Last loss">
              {one.lastLossAt === null ? (
                '-'
              ) : (
                <span>
                  <Time at={one.lastLossAt} now={now} clock={clock} />
                  {one.lastCause === null ? '' : `, ${causeWords[one.lastCause]}`}
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const severityWords = { ok: 'good', warning: 'warning', error: 'error' } as const;
const severityKind = { ok: 'good', warning: 'doubtful', error: 'bad' } as const;

function HealthList({ lines }: { readonly lines: readonly HealthLine[] }) {
  return (
    <ul class="rows health">
      {lines.map((line) => (
        <Health line={line} />
      ))}
    </ul>
  );
}

function Health({ line }: { readonly line: HealthLine }) {
  return (
    <li class={severityKind[line.severity]}>
      <span class="mark" aria-hidden="true"></span>
      <span class="for-screen-readers">{severityWords[line.severity]}: </span>
      <span>{printable(line.text)}</span>
    </li>
  );
}
