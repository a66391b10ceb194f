import { isAbsolute, normalize } from 'node:path';
import {
  type Installation,
  installationBelow,
  localInstallation,
  prefixOf,
  readNotes,
} from '../systemd/installation.ts';
import { Refusal } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';

/**
 * The installation that `install` and `uninstall` are about: the one below --prefix, else the one that this program belongs to,
 * else the one in /usr/local. Throws Refusal for one that belongs to a package.
 */
export function hostTarget({ args }: Pick<Invocation, 'args'>, command: 'install' | 'uninstall'): Installation {
  const target = targetOf(args.last('prefix'));
  if (target.by === 'program') return target;
  throw new Refusal(
    command === 'install'
      ? `what is below ${target.prefix} belongs to packages; where the package is, its units are mended by: tmux-persist apply`
      : `${target.program} belongs to a package; to remove it: apt remove tmux-persist`,
  );
}

function targetOf(prefix: string | null): Installation {
  if (prefix === null) {
    const own = prefixOf(import.meta.dirname);
    const installation = own === null ? null : installationBelow(own);
    return installation !== null && readNotes(installation.program) !== null ? installation : localInstallation;
  }
  if (!isAbsolute(prefix) || /[\0\n"%\\]/.test(prefix)) {
    throw new Refusal(
      `--prefix takes an absolute path, such as /usr/local or /opt/tmux-persist: ${JSON.stringify(prefix)}`,
    );
  }
  return installationBelow(normalize(prefix).replace(/(?<=.)\/$/, ''));
}
