// Where a package has the parts of this program: below one prefix, as the Filesystem Hierarchy Standard has it.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { gzip } from './package-text.mjs';

/** The places below the root of a system. */
export const places = {
  program: 'usr/lib/tmux-persist',
  node: 'usr/lib/tmux-persist/runtime/node',
  sudoRule: 'etc/sudoers.d/tmux-persist',
};

const completions = {
  bash: 'usr/share/bash-completion/completions/tmux-persist',
  zsh: 'usr/share/zsh/vendor-completions/_tmux-persist',
  fish: 'usr/share/fish/vendor_completions.d/tmux-persist.fish',
};

/** Lays the program out below `stage`, as a distribution has it. `node` is the path by which it is run, `name` that of the package. */
export function layOut(stage, { name: packageName, sources, version, node }) {
  const { atPrefix, launcherText, markWords, notesName, stamped } = sources;
  const adapted = (path) => atPrefix(readFileSync(path, 'utf8'), '/usr');
  const place = (path, text, mode = 0o644) => placeText(join(stage, path), text, mode);
  const program = (name) => join(places.program, name);

  copyTree('dist', join(stage, program('dist')));
  copyTree('schemas', join(stage, program('schemas')));
  copyTree('LICENSE', join(stage, program('LICENSE')));
  const description = { ...JSON.parse(readFileSync('package.json', 'utf8')), version };
  place(program('package.json'), `${JSON.stringify(description, null, 2)}\n`);
  place(program('bin/tmux-persist'), launcherText(node, `/${program('dist/bin.js')}`), 0o755);
  for (const name of ['tmux-restore-user', 'tmux-persist-forget']) {
    place(program(join('bin', name)), adapted(join('sudo', name)), 0o755);
  }
  place(program(notesName), `${JSON.stringify({ mark: markWords, version, from: 'package' })}\n`);
  // For whoever tells how to remove it.
  place(program('package-name'), `${packageName}\n`);
  for (const name of readdirSync(join(stage, program('bin'))))
    link(stage, join('usr/bin', name), program(join('bin', name)));

  // Those of one person are copied by `install --user`.
  copyTree('systemd/user', join(stage, program('systemd/user')));
  for (const name of filesBelow('systemd').filter((path) => !path.startsWith('user/'))) {
    place(join('usr/lib/systemd/system', name), stamped(adapted(join('systemd', name))));
  }
  place('usr/lib/sysusers.d/tmux-persist.conf', readFileSync('packaging/sysusers.conf', 'utf8'));
  place(places.sudoRule, readFileSync('packaging/sudoers', 'utf8'), 0o440);
  mkdirSync(join(stage, 'etc/tmux-persist'), { recursive: true });

  for (const name of readdirSync('man')) {
    const page = join('usr/share/man', `man${name.at(-1)}`, `${name}.gz`);
    place(page, gzip(adapted(join('man', name))));
  }
  for (const [shell, path] of Object.entries(completions)) place(path, completionOf(shell));
  place('usr/share/tmux-persist/tmux-persist.tmux', readFileSync('tmux-persist.tmux', 'utf8'), 0o755);
}

/** The documentation, in the directory of the package that has it, laid out as in the sources: its links are relative. */
export function layOutDocumentation(stage, name) {
  const place = join('usr/share/doc', name);
  const documentation = join(stage, place);
  for (const part of documents) copyTree(part, join(documentation, part));
  for (const example of ['roster.example.yaml', 'tmpfiles.example.conf']) {
    copyTree(example, join(documentation, 'examples', example));
    link(stage, join(place, example), join(place, 'examples', example));
  }
  link(stage, join(place, 'schemas'), join(places.program, 'schemas'));
  placeText(join(documentation, 'changelog.gz'), gzip(readFileSync('CHANGELOG.md')), 0o644);
}

const documents = [
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'README.md',
  'SECURITY.md',
  'ansible/README.md',
  'ansible/roles',
  'ansible/site.yml',
  'bench/RESULTS.md',
  'docs',
  'examples',
];

/** What the program itself prints for a shell. */
function completionOf(shell) {
  const text = execFileSync(process.execPath, ['dist/bin.js', 'completion', shell], { encoding: 'utf8' });
  // zsh runs the whole file as a function when it completes for the first time.
  return shell === 'zsh' ? `${text}_tmux_persist "$@"\n` : text;
}

/** Copies a file or a tree; who may run it stays, and nothing else of its modes. */
export function copyTree(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, dereference: true, filter: (path) => !path.endsWith('/compile-cache') });
}

/** Gives all below a directory one time, and modes that do not depend on who builds. */
export function settle(directory, seconds) {
  for (const path of ['', ...readdirSync(directory, { recursive: true })].map((name) => join(directory, name))) {
    const found = lstatSync(path);
    if (found.isDirectory()) chmodSync(path, 0o755);
    // The sudo rule alone is not for everybody to read.
    else if (found.isFile() && !path.endsWith(places.sudoRule)) chmodSync(path, found.mode & 0o100 ? 0o755 : 0o644);
    lutimesSync(path, seconds, seconds);
  }
}

/** The paths of all files and links below a directory, sorted. */
export function filesBelow(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .toSorted();
}

export function placeText(path, text, mode) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

function link(stage, name, target) {
  mkdirSync(dirname(join(stage, name)), { recursive: true });
  symlinkSync(relative(dirname(name), target), join(stage, name));
}
