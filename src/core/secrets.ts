const patterns: readonly RegExp[] = [
  // Matches https://user:password@host and https://token@host.
  /\/\/[^/\s]*@/,
  /[?&][\w-]*(token|key|secret|password|signature|sig)=/i,
  /\bsk-[\w-]{12,}/,
  /\bbearer\s+\S{8}/i,
];

/** Whether a value holds something that must not be stored. */
export function holdsSecret(value: string): boolean {
  return patterns.some((pattern) => pattern.test(value));
}

const secretNames =
  'pass(word|wd|phrase)?|pwd|token|secret|credentials?|authorization|(api|access|private|auth)[-_]?key';

const lines: readonly RegExp[] = [
  // Matches PASSWORD=…, --api-key=…, "token": …, Authorization: …, but no file of such a name.
  new RegExp(String.raw`(${secretNames})["']?\s*[:=]\s*\S`, 'i'),
  // Matches --password …, -token ….
  new RegExp(String.raw`(^|[\s'"])--?([\w-]*[-_])?(${secretNames})([-_][\w-]*)?\s`, 'i'),
  // Matches curl -u user:password.
  /(^|[\s'"])(-u|--user)[\s=]*[^\s:]+:\S/,
  // Keys by which their issuers recognise them, and a signed web token.
  /\b(gh[oprsu]_|github_pat_|glpat-|xox[abeprs]-|AKIA|ASIA)[\w-]{10}/,
  /\beyJ[\w-]{8,}\.[\w-]{8,}/,
];

/** Whether the name of a variable, or of a user's own option, says that its value is a secret. */
export function isSecretName(name: string): boolean {
  return /TOKEN|KEY|SECRET|PASSWORD|PASSWD|CREDENTIAL/i.test(name);
}

/** Whether a program's arguments look as if they hold a secret. A name of a file may be about one. */
export function looksSecret(args: readonly string[]): boolean {
  const line = `${args.join(' ')} `;
  return args.some(holdsSecret) || lines.some((pattern) => pattern.test(line));
}
