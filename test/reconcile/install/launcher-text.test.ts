import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { launcherText } from '../../../src/reconcile/install/launcher-text.ts';
import { temporaryDirectory } from '../../system/temporary-directory.ts';

test('the command hands nothing to Node that Node itself reads, but what is about colours and time', () => {
  const directory = temporaryDirectory();
  const program = join(directory, 'program.cjs');
  writeFileSync(program, 'process.stdout.write(JSON.stringify([process.env, process.argv.slice(2)]))');
  const command = join(directory, 'command');
  writeFileSync(command, launcherText(process.execPath, program));
  chmodSync(command, 0o755);

  const [env, args]: [Record<string, string>, string[]] = JSON.parse(
    execFileSync(command, ['a b', '$(id)', '*'], { env: { ...variablesOfNode(), ...others }, encoding: 'utf8' }),
  );

  const own = new Set(['PWD', 'OLDPWD', 'SHLVL', '_']);
  expect(
    Object.keys(env)
      .filter((name) => !own.has(name))
      .toSorted(),
  ).toEqual(['FORCE_COLOR', 'HOME', 'NO_COLOR', 'TMUX_PERSIST_ROSTER', 'TZ'].filter((name) => name in env));
  expect(env).toMatchObject({ HOME: '/root', TMUX_PERSIST_ROSTER: '/x' });
  expect(args).toEqual(['a b', '$(id)', '*']);
});

const others = {
  HOME: '/root',
  TMUX_PERSIST_ROSTER: '/x',
  NODE_OPTIONS: '--require=/nowhere.js',
  NODE_COMPILE_CACHE: '/nowhere',
  OPENSSL_CONF: '/nowhere',
  OPENSSL_MODULES: '/nowhere',
  LD_LIBRARY_PATH: '/nowhere',
  GLIBC_TUNABLES: 'glibc.malloc.check=0',
  GCONV_PATH: '/nowhere',
};

/** As `node --help` lists them. */
function variablesOfNode(): Record<string, string> {
  const help = execFileSync(process.execPath, ['--help'], { encoding: 'utf8' });
  const [, list = ''] = help.split('Environment variables:\n');
  const names = [...list.matchAll(/^([A-Z][A-Z0-9_]+)(?: {2,}|$)/gm)].map(([, name = '']) => name);
  expect(names).toContain('NODE_EXTRA_CA_CERTS');
  return Object.fromEntries(names.map((name) => [name, name === 'TZ' ? 'UTC' : '1']));
}
