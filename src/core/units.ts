import type { Diagnostic } from './diagnostic.ts';
import { compareText } from './text.ts';

/** A unit file of this program, and the state in which its unit should be. */
export interface DesiredUnit {
  /** Path below the unit directory. A unit, or a drop-in of this program, which is only a file. */
  readonly name: string;
  readonly enabled: boolean;
  readonly active: boolean;
}

/**
 * The file found in the place of one of this program's units. A file that `apply` would replace comes with its diff.
 */
export type UnitFile =
  | { readonly kind: 'missing' }
  | { readonly kind: 'current' }
  | { readonly kind: 'outdated'; readonly diff: string }
  | { readonly kind: 'edited'; readonly diff: string }
  | { readonly kind: 'predecessor'; readonly diff: string }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'masked' }
  | { readonly kind: 'unreadable'; readonly reason: string };

export interface ObservedUnit {
  readonly file: UnitFile;
  /** systemd's own words, such as `enabled` and `inactive`; null when it does not know the unit, or for a drop-in. */
  readonly enabledState: string | null;
  readonly activeState: string | null;
  /** Whether systemd still uses an earlier version of the files. */
  readonly isStale: boolean;
  /** Drop-in files by which an administrator changes the unit. */
  readonly dropIns: readonly string[];
  /** The next tick of a timer; null for other units, and for a timer without a scheduled tick. */
  readonly nextTickAt: string | null;
  /** Whether a timer has elapsed and its service still runs. Until the service ends, the timer has no next tick. */
  readonly isTicking: boolean;
}

/** A unit of the predecessor, which this program replaces. */
export interface PredecessorUnit {
  readonly name: string;
  readonly enabledState: string | null;
  readonly activeState: string | null;
}

export interface UnitSituation {
  readonly units: readonly { readonly desired: DesiredUnit; readonly observed: ObservedUnit }[];
  readonly predecessors: readonly PredecessorUnit[];
  /** Files with the name of a predecessor's unit that the predecessor did not install. */
  readonly lookAlikes: readonly string[];
}

/** One line of a plan about the host's units. `apply` acts on each. */
export interface UnitAction {
  readonly action: 'install' | 'update' | 'enable' | 'start' | 'remove';
  readonly unit: string;
  readonly before: string;
  readonly after: string;
  /** The diff from the present file to the desired one; null when the file does not change. */
  readonly diff: string | null;
}

export interface UnitsPlan {
  /** In the order in which `apply` must do them. */
  readonly actions: readonly UnitAction[];
  /** Drop-ins that this program respects, and that the reader of the plan should know. */
  readonly dropIns: readonly { readonly unit: string; readonly path: string }[];
  readonly diagnostics: readonly Diagnostic[];
}

export const noUnits: UnitsPlan = { actions: [], dropIns: [], diagnostics: [] };

/**
 * Compares the host's units with the desired ones. Only files with this program's mark, or of the predecessor, are ever
 * changed.
 */
export function planUnits({ units, predecessors, lookAlikes }: UnitSituation): UnitsPlan {
  const changeable = units.filter(({ observed }) => isChangeable(observed.file));
  const masked = new Set(
    units.flatMap(({ desired, observed }) => (observed.file.kind === 'masked' ? desired.name : [])),
  );
  const startable = changeable.filter(({ desired }) => !masked.has(serviceOf(desired)));
  return {
    actions: [
      ...predecessors.toSorted((a, b) => compareText(a.name, b.name)).map(removeAction),
      ...changeable.flatMap(({ desired, observed }) => fileActions(desired, observed)),
      ...changeable.flatMap(({ desired, observed }) => enableActions(desired, observed)),
      ...startable.flatMap(({ desired, observed }) => startActions(desired, observed)),
    ],
    dropIns: units.flatMap(({ desired, observed }) => observed.dropIns.map((path) => ({ unit: desired.name, path }))),
    diagnostics: [
      ...units.flatMap(({ desired, observed }) => complaintAbout(desired.name, observed.file)),
      ...lookAlikes.flatMap((name) =>
        warning('unit-foreign', `${name} is not what the predecessor installed, and is left alone`),
      ),
    ],
  };
}

function isChangeable(file: UnitFile): boolean {
  switch (file.kind) {
    case 'missing':
    case 'current':
    case 'outdated':
    case 'edited':
    case 'predecessor':
      return true;
    case 'foreign':
    case 'masked':
    case 'unreadable':
      return false;
  }
}

/** The service has the name of its timer. systemd starts no timer of a masked service. */
function serviceOf({ name }: DesiredUnit): string {
  return name.replace(/\.timer$/, '.service');
}

function removeAction({ name, enabledState, activeState }: PredecessorUnit): UnitAction {
  const before = [enabledState, activeState].filter((word) => word !== null).join(', ');
  return { action: 'remove', unit: name, before: before === '' ? 'installed' : before, after: 'removed', diff: null };
}

function fileActions({ name: unit }: DesiredUnit, { file, isStale }: ObservedUnit): readonly UnitAction[] {
  switch (file.kind) {
    case 'missing':
      return [{ action: 'install', unit, before: 'missing', after: 'installed', diff: null }];
    case 'outdated':
      return [{ action: 'update', unit, before: 'of another version', after: 'current', diff: file.diff }];
    case 'edited':
      return [{ action: 'update', unit, before: 'edited', after: 'current', diff: file.diff }];
    case 'predecessor': {
      const after = `current, and the old one kept as ${keptName(unit)}`;
      return [{ action: 'update', unit, before: "the predecessor's", after, diff: file.diff }];
    }
    case 'current':
      return isStale ? [{ action: 'update', unit, before: 'not reloaded', after: 'current', diff: null }] : [];
    case 'foreign':
    case 'masked':
    case 'unreadable':
      return [];
  }
}

/** States such as `enabled-runtime` do not survive a boot. */
function enableActions({ name: unit, enabled }: DesiredUnit, { enabledState }: ObservedUnit): readonly UnitAction[] {
  if (!enabled || enabledState === 'enabled') return [];
  return [{ action: 'enable', unit, before: enabledState ?? 'missing', after: 'enabled', diff: null }];
}

function startActions({ name: unit, active }: DesiredUnit, { activeState }: ObservedUnit): readonly UnitAction[] {
  if (!active || activeState === 'active') return [];
  return [{ action: 'start', unit, before: activeState ?? 'missing', after: 'active', diff: null }];
}

function complaintAbout(unit: string, file: UnitFile): readonly Diagnostic[] {
  switch (file.kind) {
    case 'foreign':
      return warning('unit-foreign', `${unit} does not carry the mark of tmux-persist and is left alone`);
    case 'masked':
      return warning('unit-masked', `${unit} is masked and is left so; to have it back: systemctl unmask ${unit}`);
    case 'unreadable':
      return warning('unit-unreadable', `${unit} cannot be read and is left alone: ${file.reason}`);
    case 'missing':
    case 'current':
    case 'outdated':
    case 'edited':
    case 'predecessor':
      return [];
  }
}

function warning(code: string, message: string): readonly Diagnostic[] {
  return [{ severity: 'warning', code, user: null, message }];
}

/** The new name of a predecessor's file that lies in a place of this program. */
export function keptName(path: string): string {
  return `${path}.predecessor`;
}
