const patterns: readonly RegExp[] = [
  // https://user:password@host, https://token@host
  /\/\/[^/\s]*@/,
  /[?&][\w-]*(token|key|secret|password|signature|sig)=/i,
  /\bsk-[\w-]{12,}/,
  /\bbearer\s+\S{8}/i,
];

const secretNames = /api[-_]?key|token|secret|password|credential|authorization|"env"|"headers"|mcpservers/i;

/** Whether a value carries something that must not be stored. */
export function holdsSecret(value: string): boolean {
  return patterns.some((pattern) => pattern.test(value));
}

/** Whether a value is a JSON text rather than the name of a file that has one. */
export function isInlineJson(value: string): boolean {
  return /^\s*[{[]/.test(value);
}

/** Whether a JSON text speaks of something secret, under whatever key. */
export function namesSecret(json: string): boolean {
  return secretNames.test(json);
}
