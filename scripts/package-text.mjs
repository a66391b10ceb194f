// Texts of packages: when they are from, their compression, and the licenses in the form that Debian reads.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';

/** The one time that a package of this version has, in seconds: SOURCE_DATE_EPOCH, the day in CHANGELOG.md, or the last commit. */
export function timeOf(version) {
  const given = process.env.SOURCE_DATE_EPOCH;
  if (given !== undefined) {
    if (!/^\d{1,10}$/.test(given)) throw new Error(`SOURCE_DATE_EPOCH is no number of seconds: ${given}`);
    return Number(given);
  }
  const heading = readFileSync('CHANGELOG.md', 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`## ${version} `));
  const day = /\((\d{4}-\d\d-\d\d)\)$/.exec(heading ?? '')?.[1];
  if (day !== undefined) return Date.parse(day) / 1000;
  try {
    const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    return Number(execFileSync('git', ['log', '-1', '--format=%ct'], options));
  } catch {
    throw new Error(
      `no time for the package: CHANGELOG.md has no day for ${version}, and git no commit; set SOURCE_DATE_EPOCH`,
    );
  }
}

/** As Debian's policy has it: with the best compression, and without a name or a time. */
export function gzip(text) {
  return execFileSync('gzip', ['-9n'], { input: text, maxBuffer: 64 * 1024 * 1024 });
}

/** Of our program, of the packages in it, and of a Node that is shipped: the `copyright` of a Debian package. */
export function copyrightText({ notices, nodeLicense }) {
  const [, holders, ...terms] = /^MIT License\n\n(?:Copyright \(c\) (.+)\n)([^]*)$/.exec(
    readFileSync('LICENSE', 'utf8'),
  );
  return [
    paragraph([
      'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/',
      'Upstream-Name: tmux-persist',
      'Comment: dist/ is one program, bundled from src/ and from the packages below node_modules/ that are named here.',
    ]),
    stanza({ files: '*', holders: [holders], license: 'Expat', text: terms.join('') }),
    ...notices.map(({ name, version, license, text }) =>
      stanza({
        files: `node_modules/${name}/*`,
        comment: `${name} ${version}`,
        holders: holdersIn(text, `the authors of ${name}`),
        license,
        text,
      }),
    ),
    ...(nodeLicense === null
      ? []
      : [
          stanza({
            files: 'runtime/node',
            holders: ['Node.js contributors, and the others below'],
            license: 'Node.js',
            text: nodeLicense,
          }),
        ]),
  ].join('\n');
}

/** Debian's policy, 12.5: the text of a common license is not repeated. It is in our own file of notices, too. */
function withoutCommonTexts(text) {
  return text.replaceAll(
    / *Apache License\n *Version 2\.0, January 2004\n[^]*?END OF TERMS AND CONDITIONS\n/g,
    'Apache License, Version 2.0. Its text is in /usr/share/common-licenses/Apache-2.0 on a Debian system.\n',
  );
}

function stanza({ files, comment, holders, license, text }) {
  return paragraph([
    `Files: ${files}`,
    ...(comment === undefined ? [] : [`Comment: ${comment}`]),
    `Copyright: ${holders.join('\n           ')}`,
    // The field takes `or` and `and`, and no parentheses.
    `License: ${license.replaceAll(/[()]/g, '').replaceAll(/ (OR|AND) /g, (word) => word.toLowerCase())}`,
    ...withoutCommonTexts(text)
      .trim()
      .split('\n')
      .map((line) => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`)),
  ]);
}

function holdersIn(text, otherwise) {
  const lines = text.split('\n').map((line) => line.trim());
  // A license may show how such a line is written.
  const found = lines.filter((line) => /^copyright\b.*\d{4}/i.test(line) || /^copyright \(c\) [^[]+$/i.test(line));
  return found.length === 0
    ? [otherwise]
    : [...new Set(found.map((line) => line.replace(/^copyright( \(c\)| ©)? */i, '')))];
}

function paragraph(lines) {
  return `${lines.join('\n')}\n`;
}
