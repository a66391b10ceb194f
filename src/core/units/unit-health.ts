import { exitStatusWords } from '../exit-codes.ts';
import { type LeftAlone, planUnits, type ObservedUnit, type UnitSituation } from './units.ts';

/** The state of the host's units. */
export interface HostUnits {
  readonly units: readonly UnitHealth[];
  /** The time of the timer's next save; null when none is scheduled. */
  readonly nextSaveAt: string | null;
  /** Whether a save runs now, or waits for its turn. */
  readonly isSaving: boolean;
}

/** Whether the timer is stopped, so that no save will come from it, and nobody has said that this is to be so. */
export function isTimerStopped({ units, nextSaveAt, isSaving }: HostUnits): boolean {
  const isWanted = units.some(({ unit, leftAlone }) => unit.endsWith('.timer') && leftAlone !== null);
  return nextSaveAt === null && !isSaving && !isWanted;
}

interface UnitHealth {
  readonly unit: string;
  /** In systemd's words, such as `enabled, active`. */
  readonly state: string;
  /** What is wrong with the unit; null when nothing is. */
  readonly problem: string | null;
  /** The command that mends it; null when nothing is wrong, or when no single command would mend it. */
  readonly mend: string | null;
  /** Whether the problem keeps sessions from being saved, or has kept them from being restored. */
  readonly isVital: boolean;
  /** null for a unit that this program looks after. */
  readonly leftAlone: LeftAlone | null;
}

/** Judges the host's units one by one, in their order. */
export function judgeUnits(situation: UnitSituation): HostUnits {
  const { actions } = planUnits(situation);
  const ours = situation.units.map(({ desired: { name: unit }, observed }): UnitHealth => {
    const pending = actions.find((action) => action.unit === unit);
    const state = stateOf(observed);
    const { leftAlone } = observed;
    if (pending !== undefined) {
      const isStopped = leftAlone === null && isIdleTimer(unit, observed);
      const problem = isStopped ? `is stopped (${state})` : `${pending.before} → ${pending.after}`;
      return { unit, state, problem, mend: 'tmux-persist apply', isVital: isStopped, leftAlone };
    }
    return { unit, state, ...standing(unit, observed), isVital: isVital(unit, observed), leftAlone };
  });
  const old = situation.predecessors.map(({ name: unit }): UnitHealth => {
    return {
      unit,
      state: 'installed',
      problem: "is the predecessor's",
      mend: 'tmux-persist apply',
      isVital: false,
      leftAlone: null,
    };
  });
  const alike = situation.lookAlikes.map((unit): UnitHealth => {
    return { unit, state: 'installed', ...notOurs(unit), isVital: false, leftAlone: null };
  });
  const ticks = situation.units.flatMap(({ observed }) => observed.nextTickAt ?? []);
  const isSaving = situation.units.some(({ observed }) => observed.isTicking);
  return { units: [...ours, ...old, ...alike], nextSaveAt: ticks[0] ?? null, isSaving };
}

function standing(unit: string, observed: ObservedUnit): Pick<UnitHealth, 'problem' | 'mend'> {
  const { file, activeState } = observed;
  switch (file.kind) {
    case 'masked':
      return { problem: 'is masked', mend: `systemctl unmask ${unit}` };
    case 'foreign':
      return notOurs(unit);
    case 'unreadable':
      return { problem: `cannot be read: ${file.reason}`, mend: null };
    case 'missing':
    case 'current':
    case 'outdated':
    case 'edited':
    case 'predecessor':
      if (activeState === 'failed') {
        return { problem: `has failed${failureWords(observed)}`, mend: `journalctl --boot --unit=${unit}` };
      }
      return isSpent(unit, observed)
        ? { problem: 'will not elapse again', mend: `systemctl cat ${unit}` }
        : { problem: null, mend: null };
  }
}

function failureWords({ failure }: ObservedUnit): string {
  if (failure === null) return '';
  if (failure.exitStatus !== null) return exitStatusWords(failure.exitStatus);
  return `: ${resultWords.get(failure.result) ?? failure.result}`;
}

/** The words of `Result=`, systemd.exec(5) and systemd.service(5). */
const resultWords: ReadonlyMap<string, string> = new Map([
  ['timeout', 'it took longer than its time limit'],
  ['signal', 'it was ended by a signal'],
  ['core-dump', 'it crashed'],
  ['watchdog', 'it gave no sign of life for too long'],
  ['oom-kill', 'it was killed for lack of memory'],
  ['resources', 'systemd could not start it'],
  ['start-limit-hit', 'it was started too often'],
]);

/** A watch that failed leaves saves to the timer. The services that save and restore have nobody beside them. */
function isVital(unit: string, observed: ObservedUnit): boolean {
  if (isSpent(unit, observed)) return true;
  // Somebody wanted it so. Whether anything else saves, others tell.
  if (isIdleTimer(unit, observed)) return observed.leftAlone === null;
  if (observed.file.kind === 'masked') return unit.endsWith('-save.service');
  return observed.activeState === 'failed' && /-(save|restore)\.service$/.test(unit);
}

function isIdleTimer(unit: string, { activeState }: ObservedUnit): boolean {
  return unit.endsWith('.timer') && activeState !== 'active';
}

function notOurs(unit: string): Pick<UnitHealth, 'problem' | 'mend'> {
  return { problem: 'is not ours', mend: `systemctl cat ${unit}` };
}

/**
 * Whether an active timer has no next tick. A drop-in that empties one setting of a timer empties them all
 * (systemd.timer(5)).
 */
function isSpent(unit: string, { activeState, nextTickAt, isTicking }: ObservedUnit): boolean {
  return unit.endsWith('.timer') && activeState === 'active' && nextTickAt === null && !isTicking;
}

function stateOf({ enabledState, activeState, file }: ObservedUnit): string {
  const words = [enabledState, activeState].filter((word) => word !== null);
  return words.length === 0 ? file.kind : words.join(', ');
}
