import { realpathSync } from 'node:fs';
import { isAbsolute, join, normalize } from 'node:path';
import { shellQuote } from '../core/own-command.ts';
import { packageNameIn } from '../systemd/package-name.ts';
import {
  type Installation,
  installationBelow,
  installationsOnHost,
  localInstallation,
  packagePrefix,
  prefixOf,
} from '../systemd/installation.ts';
import { quietly } from '../system/files/read-file.ts';
import { Refusal } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';

/**
 * The installation that `install` is about: the one below --prefix, else the one that is there, else the one in /usr/local.
 * Throws Refusal for one that belongs to a package.
 */
export function installationTarget({ args }: Pick<Invocation, 'args'>): Installation {
  const named = namedTarget(args.last('prefix')) ?? runningPackage();
  const target = named ?? programAmong(installationsOnHost()) ?? localInstallation;
  if (target.by === 'program' && !isOfPackages(target)) return target;
  throw new Refusal(
    `what is below ${target.prefix} belongs to packages; where the package is, its units are mended by: tmux-persist apply`,
  );
}

/**
 * The installation that `uninstall` is about, chosen in the same way. Where nothing is installed, what an installation has left
 * behind in /usr/local can go. Throws Refusal for one that belongs to a package, and where another one is installed.
 */
export function removalTarget({ args }: Pick<Invocation, 'args'>): Installation {
  const named = namedTarget(args.last('prefix')) ?? runningPackage();
  const there = installationsOnHost();
  const [other] = there;
  const target = named ?? programAmong(there) ?? other ?? localInstallation;
  const isThere = there.some(({ program }) => program === target.program);
  if (!isThere && other !== undefined) {
    const hint = other.by === 'program' ? `${shellQuote(other.launcher)} uninstall` : removalOf(other);
    throw new Refusal(`nothing is installed below ${target.prefix}; ${other.program} is installed: ${hint}`);
  }
  if (target.by === 'program') return target;
  throw new Refusal(`${target.program} belongs to a package; to remove it: ${removalOf(target)}`);
}

function namedTarget(prefix: string | null): Installation | null {
  if (prefix === null) return null;
  const shown = JSON.stringify(prefix);
  if (!isAbsolute(prefix)) {
    throw new Refusal(`--prefix takes an absolute path, such as /usr/local or /opt/tmux-persist: ${shown}`);
  }
  const [odd] = /[\0\n"%\\]/.exec(prefix) ?? [];
  if (odd !== undefined) {
    throw new Refusal(`--prefix takes no path with ${JSON.stringify(odd)}, for systemd's sake: ${shown}`);
  }
  return installationBelow(normalize(prefix).replace(/(?<=.)\/$/, ''));
}

/** The package that this program is run from; null for anything else. */
function runningPackage(): Installation | null {
  return prefixOf(import.meta.dirname) === packagePrefix ? installationBelow(packagePrefix) : null;
}

function programAmong(installations: readonly Installation[]): Installation | null {
  return installations.find(({ by }) => by === 'program') ?? null;
}

/** Whether its files would be among those of packages, as below `/` where `/lib` is a link to `/usr/lib`. */
function isOfPackages({ prefix }: Installation): boolean {
  const real = quietly(() => realpathSync(join(prefix, 'lib')));
  return real === join(packagePrefix, 'lib');
}

function removalOf({ program }: Installation): string {
  return `apt remove ${packageNameIn(program)}`;
}
