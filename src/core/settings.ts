import { isSecretName } from './secrets.ts';

/** An option that is set on one session or window, and not inherited. */
export interface Setting {
  /** As tmux names it, such as `status`, `update-environment[2]` or `@title`. */
  readonly name: string;
  readonly value: string;
}

/** A variable of a session's environment. tmux gives it to every pane that the session opens later. */
export interface Variable {
  readonly name: string;
  /** null: the session hides the variable of that name from its panes. */
  readonly value: string | null;
}

/** What is set on a session itself. */
export interface SessionSettings {
  readonly options: readonly Setting[];
  readonly environment: readonly Variable[];
  /** Names of options and variables that are set, and whose values are not stored. */
  readonly withheld: readonly string[];
}

export const noSettings: SessionSettings = { options: [], environment: [], withheld: [] };

/** The limits of what is stored of one session or window. No person sets as much by hand. */
const maxSettings = 64;
const maxValueLength = 4_096;
const maxNameLength = 128;

/** The settings of a session that may be stored, from all that are set on it. */
export function storableSettings(
  options: readonly Setting[],
  environment: readonly Variable[],
  updated: readonly string[],
): SessionSettings {
  const own = options.filter(({ name }) => isRestored(name));
  const variables = environment.filter(({ name }) => !updated.includes(name));
  const keptOptions = own.filter(isStorableOption).slice(0, maxSettings);
  const keptVariables = variables.filter(isStorableVariable).slice(0, maxSettings);
  const kept = new Set<Setting | Variable>([...keptOptions, ...keptVariables]);
  const withheld = [...own, ...variables]
    .filter((one) => !kept.has(one))
    .map(({ name }) => name.slice(0, maxNameLength));
  return { options: keptOptions, environment: keptVariables, withheld: withheld.slice(0, maxSettings) };
}

/** The options of a window that may be stored. */
export function storableOptions(options: readonly Setting[]): readonly Setting[] {
  return options.filter((one) => isRestored(one.name) && isStorableOption(one)).slice(0, maxSettings);
}

/**
 * Some options belong to a moment. `destroy-unattached` would end a session that comes back without a client. An agent's
 * hook writes `@claude_transcript` anew. The rest is this program's own.
 */
function isRestored(name: string): boolean {
  return name !== 'destroy-unattached' && name !== '@claude_transcript' && !name.startsWith('@tmux-persist');
}

function isStorableOption({ name, value }: Setting): boolean {
  if (name.startsWith('@') && isSecretName(name)) return false;
  return name.length <= maxNameLength && isOptionName(name) && isStorableValue(value);
}

function isOptionName(name: string): boolean {
  return /^(@[^\s\p{Cc}]+|[a-z][a-z-]*(\[\d{1,9}\])?)$/u.test(name);
}

function isStorableVariable({ name, value }: Variable): boolean {
  if (isSecretName(name) || name.length > maxNameLength) return false;
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && (value === null || isStorableValue(value));
}

function isStorableValue(value: string): boolean {
  return value.length <= maxValueLength && !value.includes('\0') && !/\p{Surrogate}/u.test(value);
}
