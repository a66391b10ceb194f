/** Whose sessions root's command is asked for: a login of the roster, or, by an administrator, a Unix account. */
export type Subject =
  { readonly kind: 'login'; readonly login: string } | { readonly kind: 'user'; readonly user: string };

/** The words that name it on the command line of root's command. */
export function subjectWords(subject: Subject): readonly string[] {
  return subject.kind === 'login' ? ['--login', subject.login] : [subject.user];
}

/** One text for each subject; no two have the same. */
export function subjectKey(subject: Subject): string {
  return subject.kind === 'login' ? `login ${subject.login}` : `user ${subject.user}`;
}

export function isPlainUser(user: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9._-]{0,199}$/.test(user);
}

/** Ids of snapshots, the older ones with a fraction of a second included. */
export function isPlainId(id: string): boolean {
  return /^[0-9]{8}T[0-9]{6}(?:\.[0-9]{3}Z)?$/.test(id);
}

/** What a form and a command line can carry as a session's name: bounded, and without characters that are none. */
export function isPlainName(name: string): boolean {
  return name !== '' && Buffer.byteLength(name) <= maxNameBytes && !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(name);
}

/** The limit of root's command. */
const maxNameBytes = 1000;
