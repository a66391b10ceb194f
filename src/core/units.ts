import type { Diagnostic } from './diagnostic.ts';
import { compareText } from './text.ts';

/** A file of ours among the host's units, and how the unit that it defines should stand. */
export interface DesiredUnit {
  /** Path below the unit directory: a unit, or a drop-in of ours, which is only a file. */
  readonly name: string;
  readonly enabled: boolean;
  readonly active: boolean;
}

/** A file where a unit of ours belongs. What we would replace has the diff to what it should be. */
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
  /** Whether systemd still goes by what the files said before. */
  readonly isStale: boolean;
  /** Files by which an administrator changes the unit. */
  readonly dropIns: readonly string[];
  /** When a timer elapses next; null for other units, and for a timer that waits for nothing. */
  readonly nextTickAt: string | null;
  /** Whether a timer has elapsed, and what it starts has not ended yet: until then it does not say when it elapses next. */
  readonly isTicking: boolean;
}

/** A unit of the program that this one replaces. */
export interface PredecessorUnit {
  readonly name: string;
  readonly enabledState: string | null;
  readonly activeState: string | null;
}

export interface UnitSituation {
  readonly units: readonly { readonly desired: DesiredUnit; readonly observed: ObservedUnit }[];
  readonly predecessors: readonly PredecessorUnit[];
  /** Files that bear a name of the predecessor's units, and are not what it installed. */
  readonly lookAlikes: readonly string[];
}

/** One line of a plan about the host's units; `apply` would act on each. */
export interface UnitAction {
  readonly action: 'install' | 'update' | 'enable' | 'start' | 'remove';
  readonly unit: string;
  readonly before: string;
  readonly after: string;
  /** From the file that is there to the one that should be; null where the file is not what changes. */
  readonly diff: string | null;
}

export interface UnitsPlan {
  /** In the order in which they have to be done. */
  readonly actions: readonly UnitAction[];
  /** What is respected and worth knowing. */
  readonly dropIns: readonly { readonly unit: string; readonly path: string }[];
  readonly diagnostics: readonly Diagnostic[];
}

export const noUnits: UnitsPlan = { actions: [], dropIns: [], diagnostics: [] };

/** Compares the host's units with what they should be. Only files that carry our mark, or are the predecessor's, are ever changed. */
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

/** What a timer starts is named like it; systemd starts no timer of a masked service. */
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

/** `enabled-runtime` and the like do not outlive a boot. */
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

/** The name of what the predecessor left in a place that is ours now. */
export function keptName(path: string): string {
  return `${path}.predecessor`;
}
