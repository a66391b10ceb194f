// The license notices of the packages whose code is bundled into dist/. Their licenses demand them in every copy.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes the notices of all packages among the inputs of esbuild (`metafile.inputs`). */
export function writeNotices(directory, inputs) {
  const packages = new Set(inputs.flatMap(sourcesOf).flatMap((path) => packageDirectory(path) ?? []));
  const notices = [...packages].map(noticeOf).toSorted();
  writeFileSync(join(directory, noticesName), [head, ...notices].join(separator));
}

/** The notices that `writeNotices` has written: of each package its name, version, license by SPDX and text. */
export function readNotices(directory) {
  const [, ...notices] = readFileSync(join(directory, noticesName), 'utf8').split(separator);
  return notices.map((notice) => {
    const [, name, version, license, text] = /^(\S+) (\S+) \((.+)\)\n\n([^]*)$/.exec(notice);
    return { name, version, license, text };
  });
}

const noticesName = 'THIRD-PARTY-LICENSES.txt';
const separator = `\n${'-'.repeat(80)}\n\n`;

/** A generated validator contains code of other files, too. esbuild has put their paths into its comments. */
function sourcesOf(path) {
  if (!path.endsWith('.gen.js')) return [path];
  return [...readFileSync(path, 'utf8').matchAll(/^\/\/ (node_modules\/.+)$/gm)].map(([, source]) => source);
}

const head = 'tmux-persist contains code of these packages, each under the license below its name.\n';

/** The package directory of a file, such as `node_modules/a/node_modules/@b/c`; null for a file of this project. */
function packageDirectory(path) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? null;
}

function noticeOf(directory) {
  const { name, version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const texts = readdirSync(directory)
    .filter((file) => /^(licen[cs]e|copying|notice)\b/i.test(file))
    .toSorted()
    .map((file) => readFileSync(join(directory, file), 'utf8').trim());
  // The build fails here, because a package without a license must not be distributed.
  if (texts.length === 0) throw new Error(`${directory} has no license file`);
  return `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`;
}
