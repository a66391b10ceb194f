/** What readers of YAML 1.1 (PyYAML, Ansible) take for false, and those of YAML 1.2 for text. */
const offWords: readonly string[] = ['false', 'no', 'off', 'n'];
const onWords: readonly string[] = ['true', 'yes', 'on', 'y'];

/** Whether a value of another tool's key switches something on. What is not clear counts as on. */
export function isSwitchedOn(value: unknown): boolean {
  if (typeof value === 'string') return value !== '' && !offWords.includes(value.toLowerCase());
  return value !== undefined && value !== null && value !== false && value !== 0;
}

/** Whether all readers of YAML agree on what the value switches. */
export function isClearSwitch(value: unknown): boolean {
  if (typeof value === 'string') return [...offWords, ...onWords].includes(value.toLowerCase());
  return value === null || typeof value === 'boolean' || value === 0 || value === 1;
}
