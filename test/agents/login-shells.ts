import { accessSync, chmodSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const wanted = ['bash', 'zsh', 'fish', 'dash'] as const;

/** The login shells that the tests run through, by their paths; those that are not installed are left out, loudly. */
export const loginShells = wanted.flatMap((name) => pathOf(name) ?? []);

/** Shells that should be here and are not. */
export const missingShells = wanted.filter((name) => pathOf(name) === null);

if (missingShells.length > 0) {
  process.stderr.write(
    `\nno ${missingShells.join(', ')}: agents are not tested through it; apt-get install ${missingShells.join(' ')}\n`,
  );
}

/** Gives a home `bin` on the PATH of login, interactive shells only, as a person's own configuration often does. */
export function writeShellProfiles(home: string): void {
  mkdirSync(join(home, 'bin'), { recursive: true });
  const path = 'PATH="$HOME/bin:$PATH"; export PATH; unset HISTFILE\n';
  writeFileSync(join(home, '.profile'), `case $- in *i*) ${path} ;; esac\n`);
  writeFileSync(join(home, '.zprofile'), `[[ -o interactive ]] && { ${path} }\n`);
  writeFileSync(join(home, '.zshrc'), 'unset HISTFILE\n');
  mkdirSync(join(home, '.config/fish'), { recursive: true });
  writeFileSync(
    join(home, '.config/fish/config.fish'),
    'status is-login; and status is-interactive; and set -gx PATH $HOME/bin $PATH\nset -g fish_greeting\n',
  );
  // Else the first interactive fish (3.6) starts to write completions there, for minutes.
  mkdirSync(join(home, '.local/share/fish/generated_completions'), { recursive: true });
}

/** Puts an executable script into the `bin` of a home. */
export function writeProgram(home: string, name: string, script: string): void {
  writeFileSync(join(home, 'bin', name), script);
  chmodSync(join(home, 'bin', name), 0o755);
}

function pathOf(name: string): string | null {
  const places = (process.env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, name));
  return places.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
