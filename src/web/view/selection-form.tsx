import { createHash } from 'node:crypto';
import type { LocalClock } from '../../render/clock.ts';
import { printable } from '../../render/printable.ts';
import type { LostSession, Selection, SelectionRow } from '../documents/picker.ts';
import { isPlainName } from '../subject.ts';
import { Agent, Directory, Name } from './session-words.tsx';
import { Time } from './times.tsx';
import { counted } from './words.ts';

interface SelectionFormProps {
  readonly selection: Selection;
  readonly takenAt: string | null;
  readonly isNewest: boolean;
  /** What is gone now, for the reasons. */
  readonly lost: readonly LostSession[];
  readonly now: string;
  readonly clock: LocalClock;
  /** Where the form is sent. */
  readonly path: string;
  readonly token: string;
}

/** The sessions of one snapshot, to be ticked and restored. It works without scripts. */
export function SelectionForm(props: SelectionFormProps) {
  const { selection, takenAt, isNewest, lost, now, clock, path, token } = props;
  const rows = [...selection.rows].toSorted((a, b) => rank(a) - rank(b));
  const ticked = rows.filter(isTickedAtFirst).length;
  const when = takenAt === null ? selection.id : clock.brief(takenAt, now);
  return (
    <section aria-labelledby="choice-title" id="choice">
      <h2 id="choice-title">
        Bring back <span class="muted">{isNewest ? `from the newest snapshot, ${when}` : `what ran at ${when}`}</span>
      </h2>
      {rows.length === 0 ? (
        <p class="empty">This snapshot holds no sessions.</p>
      ) : (
        <form method="post" action={path} id="restore">
          <input type="hidden" name="token" value={token} />
          <input type="hidden" name="at" value={selection.id} />
          <fieldset>
            <legend class="for-screen-readers">Sessions to bring back</legend>
            <ul class="rows">
              {rows.map((row) => (
                <Row row={row} lost={lost.find(({ name }) => name === row.name) ?? null} now={now} clock={clock} />
              ))}
            </ul>
          </fieldset>
          <div class="act">
            <button type="submit" class="primary">
              Restore the ticked sessions
            </button>
            <button type="button" class="plain" data-tick="all" hidden>
              Tick all
            </button>
            <button type="button" class="plain" data-tick="none" hidden>
              Tick none
            </button>
            <span id="ticked" class="muted">
              {counted(ticked, 'session')} ticked
            </span>
          </div>
          <p class="muted small">
            Restoring only adds: what runs stays as it is. There is no undo; a session that you did not want is closed
            in its terminal, not here.
          </p>
        </form>
      )}
    </section>
  );
}

interface RowProps extends Pick<SelectionFormProps, 'now' | 'clock'> {
  readonly row: SelectionRow;
  readonly lost: LostSession | null;
}

function Row({ row, lost, now, clock }: RowProps) {
  const id = `row-${createHash('sha256').update(row.name).digest('hex').slice(0, 16)}`;
  const canBeChosen = isChoosable(row);
  return (
    <li class={canBeChosen ? undefined : 'not-now'} id={id}>
      <input
        type="checkbox"
        id={`${id}-tick`}
        name="session"
        value={row.name}
        checked={isTickedAtFirst(row)}
        disabled={!canBeChosen}
        aria-describedby={`${id}-about`}
      />
      <label for={`${id}-tick`}>
        <Name of={row.name} />
      </label>
      <div class="about" id={`${id}-about`}>
        {lost === null || !lost.comesBack ? null : (
          <span class="why">
            lost <Time at={lost.goneAt} now={now} clock={clock} />: {printable(lost.words)}
          </span>
        )}
        <Directory path={row.directory} />
        <span>
          <Agent agent={row.agent} conversation={row.conversation} />
          {row.windows === 1 ? null : `, ${counted(row.windows, 'window')}`}
        </span>
        <span class={row.action === 'skip' ? 'muted' : undefined}>{whatHappens(row)}</span>
        <span class="muted">
          {printable(row.reason)}
          {row.closedAt === null ? null : <> (closed {clock.brief(row.closedAt, now)})</>}
        </span>
      </div>
    </li>
  );
}

function isChoosable({ action, name }: SelectionRow): boolean {
  return action !== 'skip' && isPlainName(name);
}

function isTickedAtFirst(row: SelectionRow): boolean {
  return row.isTicked && isChoosable(row);
}

/** What is lost comes first, then what else could be brought back, then what runs. */
function rank(row: SelectionRow): number {
  if (isTickedAtFirst(row)) return 0;
  return isChoosable(row) ? 1 : 2;
}

function whatHappens(row: SelectionRow): string {
  if (!isPlainName(row.name)) return 'its name cannot be sent by a form: restore it in a terminal';
  const target = printable(row.target ?? row.name);
  switch (row.action) {
    case 'new':
      return target === printable(row.name) ? 'comes back' : `comes back as ${target}`;
    case 'suffixed':
      return `comes back as ${target}, beside the one that runs`;
    case 'in_place':
      return 'runs; its conversation is resumed in it';
    case 'skip':
      return 'nothing to do';
  }
}
