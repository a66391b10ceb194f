// Builds one package, offline after npm ci: from the same sources and by the same tools always the same bytes.
// Usage: npm run package:deb              for a system with Node 20.19 or newer
//        npm run package:deb-standalone   with the Node that runs this
//        npm run package:tar              the same, as an archive for any Linux with glibc
//   [-- --out DIR] [--release VERSION] [--level 0-9|none]     of xz; a release of another version is for tests of upgrades
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { importSources } from './import-sources.mjs';
import { buildDeb } from './package-deb.mjs';
import { runtimeNode } from './package-node.mjs';
import { buildTar } from './package-tar.mjs';
import { timeOf } from './package-text.mjs';

const builders = {
  deb: (options) => buildDeb({ ...options, node: null }),
  'deb-standalone': (options) => buildDeb({ ...options, node: runtimeNode() }),
  tar: (options) => buildTar({ ...options, node: runtimeNode() }),
};

process.umask(0o022);
process.chdir(new URL('..', import.meta.url).pathname);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: 'out' },
    release: { type: 'string', default: JSON.parse(readFileSync('package.json', 'utf8')).version },
    level: { type: 'string', default: '6' },
  },
});
const build = builders[positionals[0]];
if (build === undefined || !/^(?:\d|none)$/.test(values.level)) {
  stop(`package.mjs takes one of ${Object.keys(builders).join(', ')}, and a level from 0 to 9, or none`);
}
try {
  const sources = await importSources(`
    export { atPrefix } from './src/reconcile/install/at-prefix.ts';
    export { launcherText } from './src/reconcile/install/launcher-text.ts';
    export { markWords, notesName } from './src/systemd/installation.ts';
    export { stamped } from './src/systemd/unit-files.ts';`);
  const version = values.release;
  const seconds = timeOf(version);
  process.stdout.write(`${build({ sources, version, seconds, level: values.level, out: resolve(values.out) })}\n`);
} catch (error) {
  if (!(error instanceof Error)) throw error;
  stop(error.message);
}

function stop(reason) {
  process.stderr.write(`package: ${reason}\n`);
  process.exit(2);
}
