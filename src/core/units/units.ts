import type { Diagnostic } from '../diagnostic.ts';
import { compareText } from '../text.ts';

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
  /** `keptAs` is the name under which `apply` keeps it beside. */
  | { readonly kind: 'edited'; readonly diff: string; readonly keptAs: string }
  | { readonly kind: 'predecessor'; readonly diff: string }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'masked' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** A file of the unit's name with this program's mark in the administrator's directory. systemd takes it before ours. */
export type UnitCopy =
  /** An earlier version installed it there, and nobody has edited it. */
  | {
      readonly kind: 'superseded';
      readonly directory: string;
      readonly newDirectory: string;
      readonly diff: string | null;
    }
  /** Somebody has edited it: it is the administrator's. */
  | { readonly kind: 'override'; readonly path: string };

/** An administrator's mark that whether a unit is enabled and runs is theirs to decide. */
export interface LeftAlone {
  /** The drop-in that says so. */
  readonly path: string;
  /** ISO 8601. */
  readonly since: string;
}

export interface ObservedUnit {
  readonly file: UnitFile;
  /** null when the administrator's directory has no file of this program's in this name. */
  readonly copy: UnitCopy | null;
  readonly leftAlone: LeftAlone | null;
  /** systemd's own words, such as `enabled` and `inactive`; null when it does not know the unit, or for a drop-in. */
  readonly enabledState: string | null;
  readonly activeState: string | null;
  /** How it failed, when it has: systemd's word, and the exit status when that is the word. */
  readonly failure: { readonly result: string; readonly exitStatus: number | null } | null;
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
  readonly action: 'install' | 'move' | 'update' | 'enable' | 'start' | 'remove';
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
  /** Files of an administrator that take the place of ours. They are respected, too. */
  readonly overrides: readonly { readonly unit: string; readonly path: string }[];
  readonly leftAlone: readonly ({ readonly unit: string } & LeftAlone)[];
  readonly diagnostics: readonly Diagnostic[];
}

export const noUnits: UnitsPlan = { actions: [], dropIns: [], overrides: [], leftAlone: [], diagnostics: [] };

/**
 * Compares the host's units with the desired ones. Only files with this program's mark, or of the predecessor, are ever
 * changed.
 */
export function planUnits({ units, predecessors, lookAlikes }: UnitSituation): UnitsPlan {
  const changeable = units.filter(({ observed }) => isChangeable(observed.file));
  const masked = new Set(
    units.flatMap(({ desired, observed }) => (observed.file.kind === 'masked' ? desired.name : [])),
  );
  const healed = changeable.filter(({ observed }) => observed.leftAlone === null);
  const startable = healed.filter(({ desired }) => !masked.has(serviceOf(desired)));
  return {
    actions: [
      ...predecessors.toSorted((a, b) => compareText(a.name, b.name)).map(removeAction),
      ...changeable.flatMap(({ desired, observed }) => fileActions(desired, observed)),
      ...healed.flatMap(({ desired, observed }) => enableActions(desired, observed)),
      ...startable.flatMap(({ desired, observed }) => startActions(desired, observed)),
    ],
    dropIns: units.flatMap(({ desired: { name: unit }, observed: { dropIns, leftAlone } }) =>
      dropIns.filter((path) => path !== leftAlone?.path).map((path) => ({ unit, path })),
    ),
    overrides: units.flatMap(({ desired: { name: unit }, observed: { copy } }) =>
      copy?.kind === 'override' ? [{ unit, path: copy.path }] : [],
    ),
    leftAlone: units.flatMap(({ desired: { name: unit }, observed: { leftAlone } }) =>
      leftAlone === null ? [] : [{ unit, ...leftAlone }],
    ),
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

function fileActions({ name: unit }: DesiredUnit, { file, copy, isStale }: ObservedUnit): readonly UnitAction[] {
  if (copy?.kind === 'superseded') {
    const { directory, newDirectory, diff } = copy;
    return [{ action: 'move', unit, before: placeWords(directory), after: placeWords(newDirectory), diff }];
  }
  switch (file.kind) {
    case 'missing':
      return [{ action: 'install', unit, before: 'missing', after: 'installed', diff: null }];
    case 'outdated':
      return [{ action: 'update', unit, before: 'of another version', after: 'current', diff: file.diff }];
    case 'edited':
      return [{ action: 'update', unit, before: 'edited', after: `current; kept: ${file.keptAs}`, diff: file.diff }];
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

/** `in /etc`, because both places end in the same words. */
function placeWords(directory: string): string {
  return `in ${directory.replace(/\/systemd\/system$/, '')}`;
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
