import { counted } from '../../core/text.ts';
import type { LocalClock } from '../../render/text/clock.ts';
import { causeWords } from '../../render/loss-words.ts';
import type { SnapshotLine } from '../documents/picker.ts';

interface TimelineProps {
  readonly snapshots: readonly SnapshotLine[];
  readonly chosen: string | null;
  readonly now: string;
  readonly clock: LocalClock;
  /** The page of this user, to which the choice is added. */
  readonly path: string;
}

/** As many bars as fit beside each other on a wide screen; a narrow one scrolls. */
const barCount = 120;
const [barWidth, gap, height, markHeight] = [7, 3, 56, 14];
const newestListed = 6;

/** The snapshots: bars for the eye and the mouse, a list with the same links for everybody. */
export function Timeline({ snapshots, chosen, now, clock, path }: TimelineProps) {
  const [first, last] = [snapshots.at(-1), snapshots[0]];
  if (first === undefined || last === undefined) return null;
  const losses = snapshots.filter(({ lost }) => lost > 0);
  const noted = snapshots
    .filter((one, index) => index < newestListed || one.lost > 0 || one.id === chosen)
    .slice(0, 24);
  const rest = snapshots.filter((one) => !noted.includes(one));
  const line = (one: SnapshotLine) => (
    <Line snapshot={one} isChosen={one.id === chosen} now={now} clock={clock} path={path} />
  );
  return (
    <section aria-labelledby="timeline-title" class="timeline">
      <h2 id="timeline-title">Snapshots</h2>
      <p class="muted">
        {counted(snapshots.length, 'snapshot')} since {clock.brief(first.takenAt, now)}
        {losses.length === 0 ? ', none with a loss' : `, ${losses.length} with a loss`}. Choose one to see what ran
        then.
      </p>
      <Bars snapshots={snapshots.slice(0, barCount)} chosen={chosen} now={now} clock={clock} path={path} />
      <ol class="snapshots">{noted.map(line)}</ol>
      {rest.length === 0 ? null : (
        <details id="other-snapshots">
          <summary>{counted(rest.length, 'other snapshot')}</summary>
          <ol class="snapshots">{rest.map(line)}</ol>
        </details>
      )}
    </section>
  );
}

/** Oldest on the left. The list below says the same in words, so a screen reader need not hear these. */
function Bars({ snapshots, chosen, now, clock, path }: TimelineProps) {
  const oldestFirst = snapshots.toReversed();
  const most = Math.max(1, ...snapshots.map(({ live, lost }) => live + lost));
  const width = oldestFirst.length * (barWidth + gap);
  const total = height + markHeight;
  return (
    <div class="bars" aria-hidden="true" id="bars">
      <svg width={width} height={total} viewBox={`0 0 ${width} ${total}`} focusable="false">
        {oldestFirst.map((one, index) => {
          const [x, liveHeight, lostHeight] = [
            index * (barWidth + gap),
            Math.round((one.live / most) * height),
            one.lost === 0 ? 0 : Math.max(4, Math.round((one.lost / most) * height)),
          ];
          const top = total - Math.max(2, liveHeight);
          return (
            <a href={`${path}?at=${one.id}#choice`} tabIndex={-1} class={one.id === chosen ? 'bar-chosen' : undefined}>
              <title>{`${clock.brief(one.takenAt, now)}: ${summary(one)}`}</title>
              <rect class="bar-room" x={x - gap / 2} y={0} width={barWidth + gap} height={total} />
              <rect class="bar-live" x={x} y={top} width={barWidth} height={Math.max(2, liveHeight)} />
              {lostHeight === 0 ? null : (
                <>
                  <rect class="bar-lost" x={x} y={top - lostHeight} width={barWidth} height={lostHeight} />
                  <circle class="bar-lost" cx={x + barWidth / 2} cy={Math.max(4, top - lostHeight - 8)} r={3.5} />
                </>
              )}
            </a>
          );
        })}
      </svg>
    </div>
  );
}

function Line(props: Pick<TimelineProps, 'now' | 'clock' | 'path'> & { snapshot: SnapshotLine; isChosen: boolean }) {
  const { snapshot, isChosen, now, clock, path } = props;
  return (
    <li class={snapshot.lost > 0 ? 'with-loss' : undefined} id={`snapshot-${snapshot.id}`}>
      <a href={`${path}?at=${snapshot.id}#choice`} aria-current={isChosen ? 'true' : undefined}>
        <time dateTime={snapshot.takenAt}>{clock.brief(snapshot.takenAt, now)}</time> <span>{summary(snapshot)}</span>
      </a>
    </li>
  );
}

function summary({ live, lost, cause, appeared, closed, isNewest }: SnapshotLine): string {
  const parts = [
    `${live} live`,
    ...(lost > 0 ? [`${lost} lost${cause === null ? '' : `: ${causeWords[cause]}`}`] : []),
    ...(appeared > 0 ? [`${appeared} new`] : []),
    ...(closed > 0 ? [`${closed} closed`] : []),
    ...(isNewest ? ['newest'] : []),
  ];
  return parts.join(', ');
}
