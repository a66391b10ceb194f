import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockFile } from '../../../src/system/files/file-lock.ts';
import { aptConfiguration, debianMirror, proxyEnvironment } from './apt-of-host.ts';
import { buildLimitMs, cacheDirectory } from './base-system.ts';
import type { Suite } from './suite.ts';
import { tool } from './tool.ts';

/** A directory whose `tmux` is that of a Debian release, with the libraries of that release: 20 MB and 5 s the first time. */
export async function tmuxOfSuite(suite: Suite): Promise<string> {
  const root = join(cacheDirectory(), `tmux-of-${suite}`);
  const lock = await lockFile(`${root}.lock`, { waitSeconds: buildLimitMs / 1000 });
  if (lock.kind !== 'held') throw new Error(`another build of ${root} did not end: ${lock.kind}`);
  try {
    if (!existsSync(root)) await extractInto(suite, root);
  } finally {
    lock.release();
  }
  return join(root, 'runs');
}

async function extractInto(suite: Suite, root: string): Promise<void> {
  const unfinished = `${root}.unfinished`;
  const configuration = `${root}.apt.conf`;
  rmSync(unfinished, { recursive: true, force: true });
  try {
    writeFileSync(configuration, await aptConfiguration(), { mode: 0o600 });
    const options = ['--quiet', '--mode=root', '--variant=extract', '--include=tmux', `--aptopt=${configuration}`];
    await tool(['mmdebstrap', ...options, suite, unfinished, await debianMirror()], buildLimitMs, proxyEnvironment());
    const place = join(unfinished, 'runs');
    mkdirSync(place);
    writeFileSync(join(place, 'tmux'), scriptFor(unfinished, root));
    chmodSync(join(place, 'tmux'), 0o755);
    renameSync(unfinished, root);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
    rmSync(configuration, { force: true });
  }
}

/** Its loader is named, for the one of this host need not know its libraries; the links in the tree are absolute. */
function scriptFor(tree: string, root: string): string {
  const places = ['usr/lib', 'lib'].flatMap((lib) =>
    existsSync(join(tree, lib)) ? readdirSync(join(tree, lib)).map((name) => join(lib, name)) : [],
  );
  const libraries = places.filter((place) => /-linux-gnu/.test(place));
  const loader = libraries
    .flatMap((place) => readdirSync(join(tree, place)).map((name) => join(place, name)))
    .find((path) => /\/ld-(linux[^/]*\.so\.\d+|\d[\d.]*\.so)$/.test(path));
  if (loader === undefined) throw new Error(`there is no loader in ${tree}`);
  const searched = libraries.map((place) => join(root, place)).join(':');
  return `#!/bin/sh\nexec ${join(root, loader)} --library-path ${searched} ${root}/usr/bin/tmux "$@"\n`;
}
