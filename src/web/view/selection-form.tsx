import { createHash } from 'node:crypto';
import { counted } from '../../core/text.ts';
import type { LocalClock } from '../../render/text/clock.ts';
import { printable } from '../../render/text/printable.ts';
import type { LostSession, Selection, SelectionRow } from '../documents/picker.ts';
import { isPlainName } from '../subject.ts';
import { Agent, Directory, Name } from './session-words.tsx';
import { Time } from './times.tsx';

interface SelectionFormProps {
  readonly selection: Selection;
  readonly takenAt: string | null;
  readonly isNewest: boolean;
  /** Whether it is known what runs. Else it is not known either what is missing. */
  readonly isKnown: boolean;
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
  const { selection, takenAt, isNewest, isKnown, lost, now, clock, path, token } = props;
  const choosable = selection.rows.filter(isChoosable).toSorted((a, b) => Number(b.isTicked) - Number(a.isTicked));
  const others = selection.rows.filter((row) => !isChoosable(row));
  const ticked = choosable.filter(({ isTicked }) => isTicked).length;
  const when = takenAt === null ? selection.id : clock.brief(takenAt, now);
  return (
    <section aria-labelledby="choice-title" id="choice">
      <h2 id="choice-title">
        Bring back <span class="muted">{isNewest ? `from the newest snapshot, ${when}` : `what ran at ${when}`}</span>
      </h2>
      {choosable.length === 0 ? (
        <p class="empty">{wordsForNothing(selection, isKnown)}</p>
      ) : (
        <form method="post" action={path} id="restore" autocomplete="off">
          <input type="hidden" name="token" value={token} />
          <input type="hidden" name="at" value={selection.id} />
          <fieldset>
            <legend class="for-screen-readers">Sessions to bring back</legend>
            <ul class="rows">
              {choosable.map((row) => (
                <Choice row={row} lost={lossOf(row, lost)} now={now} clock={clock} />
              ))}
            </ul>
          </fieldset>
          <div class="act">
            <button type="submit" class="primary">
              Restore the ticked sessions
            </button>
            <button type="button" data-tick="all" hidden>
              Tick all
            </button>
            <button type="button" data-tick="none" hidden>
              Tick none
            </button>
            <span id="ticked" class="muted">
              {ticked} of {choosable.length} ticked
            </span>
          </div>
          <p class="muted small">
            Restoring only adds: what runs stays as it is. There is no undo; a session that you did not want is closed
            in its terminal, not here.
          </p>
        </form>
      )}
      {others.length === 0 ? null : (
        <details id="not-missing">
          <summary>{counted(others.length, 'other session')} of this snapshot</summary>
          <ul class="rows running">
            {others.map((row) => (
              <li class="not-now">
                <Name of={row.name} />
                <div class="about">
                  <About row={row} />
                  <span>
                    {isPlainName(row.name) ? printable(row.reason) : 'a form cannot send its name: use a terminal'}
                  </span>
                </div>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

/** Why there is nothing to choose. */
function wordsForNothing({ rows }: Selection, isKnown: boolean): string {
  if (rows.length === 0) return 'This snapshot holds no sessions.';
  return isKnown ? 'Nothing of this snapshot is missing.' : 'It is not known what of this snapshot is missing.';
}

interface ChoiceProps extends Pick<SelectionFormProps, 'now' | 'clock'> {
  readonly row: SelectionRow;
  /** What is known of its loss; null when it was not lost. */
  readonly lost: LostSession | null;
}

function Choice({ row, lost, now, clock }: ChoiceProps) {
  const id = `row-${createHash('sha256').update(row.name).digest('hex').slice(0, 16)}`;
  const outcome = whatHappens(row);
  return (
    <li id={id}>
      <input
        type="checkbox"
        id={`${id}-tick`}
        name="session"
        value={row.name}
        checked={row.isTicked}
        aria-describedby={`${id}-about`}
      />
      <label for={`${id}-tick`}>
        <Name of={row.name} />
      </label>
      <div class="about" id={`${id}-about`}>
        {lost === null ? null : (
          <span class="why">
            <Time at={lost.goneAt} now={now} clock={clock} /> {printable(lost.words)}
          </span>
        )}
        <About row={row} />
        {outcome === null ? null : <span>{outcome}</span>}
        {lost !== null ? null : (
          <span class="muted">
            {printable(row.reason)}
            {row.closedAt === null ? null : <> ({clock.brief(row.closedAt, now)})</>}
          </span>
        )}
      </div>
    </li>
  );
}

function About({ row }: { readonly row: SelectionRow }) {
  return (
    <>
      <Directory path={row.directory} />
      <span>
        <Agent agent={row.agent} conversation={row.conversation} />
        {row.windows === 1 ? null : `, ${counted(row.windows, 'window')}`}
      </span>
    </>
  );
}

function isChoosable({ action, name }: SelectionRow): boolean {
  return action !== 'skip' && isPlainName(name);
}

function lossOf({ name }: SelectionRow, lost: readonly LostSession[]): LostSession | null {
  return lost.find((one) => one.name === name && one.comesBack) ?? null;
}

/** What ticking it does, when that is not just what it says. */
function whatHappens({ action, name, target }: SelectionRow): string | null {
  const shown = printable(target ?? name);
  switch (action) {
    case 'new':
      return target === null || target === name ? null : `comes back as ${shown}`;
    case 'suffixed':
      return `comes back as ${shown}, beside the one that runs`;
    case 'in_place':
      return 'its conversation is resumed in the session that runs';
    case 'skip':
      return null;
  }
}
