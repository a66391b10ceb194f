/** Lets a text that names this program's paths below /usr/local name those below another prefix, such as `/usr`. */
export function atPrefix(text: string, prefix: string): string {
  return text.replaceAll(ownPath, (_, inside: string) => `${prefix}/${inside}`);
}

/**
 * What units, the sudo rule and the wrappers name of this program itself. What they name of the system, as in PATH or
 * ReadOnlyPaths=, is the same wherever the program is.
 */
const ownPath =
  /(?<![\w.])\/usr\/local\/(lib\/tmux-persist|lib\/systemd\/system|share\/tmux-persist|bin\/tmux-(?:persist-forget|persist|restore-user))(?![\w-])/g;
