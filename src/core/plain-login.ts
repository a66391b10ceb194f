/**
 * The logins that the page and the command of the web terminal take: those that are the same word in a header, in a log
 * and on a command line. The same rule as in sudo/tmux-restore-user.
 */
export function isPlainLogin(login: string): boolean {
  return /^[A-Za-z0-9._@+'][A-Za-z0-9._@+'-]{0,199}$/.test(login);
}
