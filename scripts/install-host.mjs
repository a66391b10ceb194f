// Installs the program on this host, or upgrades it, from a clone or from an unpacked release.
// Usage, as root: npm run install:host
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import {
  isOurDirectory,
  isOurFile,
  isThere,
  launcher,
  launcherName,
  ownPaths,
  placeFile,
  readMarker,
  requireRoot,
  sudoCommands,
  say,
  stop,
  writeMarker,
} from './host-paths.mjs';
import { placeSudoRule } from './sudo-rule.mjs';

process.chdir(new URL('..', import.meta.url).pathname);
requireRoot();
// A clone has the sources and may need a build. A release is already built.
if (existsSync('src')) execFileSync(process.execPath, ['scripts/prepare.mjs'], { stdio: 'inherit' });
if (!existsSync('dist/bin.js')) stop('dist/bin.js is missing: this is neither a clone nor an unpacked release');

const node = realpathSync(process.execPath);
const examples = ['roster.example.yaml', 'tmpfiles.example.conf'];
const { program, command, units, configuration, exampleRoster, state } = ownPaths;
if (isThere(program) && !isOurDirectory(program)) stop(`${program} is there and is not ours: nothing was changed`);
if (isThere(command) && !isOurFile(command) && !keepsPredecessor()) {
  stop(
    `${command} is there and is not ours: nothing was changed\nTo install beside it, give it another name first: mv -T ${command} ${command}.old`,
  );
}
requireRootsOwn(
  [node],
  `${node} would run as root every five minutes, so root alone may be able to change it. Nothing was changed.
Install Node for the whole host (apt install nodejs), and run this again with it: PATH=/usr/bin:$PATH npm run install:host`,
);
requireRootsOwn(
  [dirname(program), dirname(command), units],
  'what is there runs as root, so root alone may be able to change it. Nothing was changed: chown root:root, chmod go-w',
);

const before = readMarker(program);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
placeProgram();
placeFile(command, launcher(node), 0o755);
mkdirSync(state, { recursive: true, mode: 0o755 });
placeExampleRoster();
const hasSudoRule = placeSudoRule(() => writeMarker(program, { version, createdGroup: true }));
// Applies the units with the same code that repairs them later.
const applied = heal();
say(`${before === null ? 'installed' : 'upgraded'} ${program}, ${command}`);
if (!applied || !hasSudoRule) process.exitCode = 1;

/** The predecessor's command has the same name. Its script moves aside, and is kept. */
function keepsPredecessor() {
  const { status } = spawnSync(process.execPath, ['dist/host-units.js', 'keep-predecessor', command], {
    stdio: 'inherit',
  });
  return status === 0;
}

/** Fails when a user other than root could change a path, because that user could become root. */
function requireRootsOwn(paths, words) {
  const { status } = spawnSync(process.execPath, ['dist/host-units.js', 'require-roots-own', ...paths], {
    stdio: 'inherit',
  });
  if (status !== 0) stop(words);
}

/**
 * Completes the new directory beside the old one first. An interrupted installation leaves a working one, or one that
 * is marked as incomplete.
 */
function placeProgram() {
  const fresh = `${program}.new`;
  const old = `${program}.old`;
  for (const path of [fresh, old]) rmSync(path, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true, mode: 0o755 });
  for (const name of ['dist', 'systemd', 'schemas', 'package.json', 'LICENSE', ...examples]) {
    if (existsSync(name)) cpSync(name, join(fresh, name), { recursive: true, dereference: true });
  }
  mkdirSync(join(fresh, dirname(launcherName)));
  placeFile(join(fresh, launcherName), launcher(node), 0o755);
  for (const { name, source } of sudoCommands) placeFile(join(fresh, name), readFileSync(source, 'utf8'), 0o755);
  letUnitsRunNode(join(fresh, 'systemd'));
  rmSync(join(fresh, 'dist/compile-cache'), { recursive: true, force: true });
  execFileSync('chown', ['-R', 'root:root', fresh]);
  execFileSync('chmod', ['-R', 'u=rwX,go=rX', fresh]);
  writeMarker(fresh, { version, ...(before?.createdGroup === true ? { createdGroup: true } : {}) });
  if (existsSync(program)) renameSync(program, old);
  renameSync(fresh, program);
  rmSync(old, { recursive: true, force: true });
}

/**
 * The units may run programs only from /usr. All their programs are there, except perhaps Node: systemd.exec(5),
 * ExecPaths=.
 */
function letUnitsRunNode(directory) {
  // A separate /bin would have to be writable to be executable: see the comment in the units.
  const isMerged = lstatSync('/bin').isSymbolicLink();
  if (isMerged && node.startsWith('/usr/')) return;
  for (const name of readdirSync(directory).filter((entry) => entry.endsWith('.service'))) {
    const path = join(directory, name);
    const text = readFileSync(path, 'utf8');
    const adapted = isMerged
      ? text
          .replace(/^ExecPaths=.*/m, (line) => line + quoted(dirname(node)))
          .replace(/^ReadOnlyPaths=.*/m, (line) => line + quoted(node))
      : text.replaceAll(/^(?:NoExec|Exec|ReadOnly)Paths=.*\n/gm, '');
    placeFile(path, adapted, 0o644);
  }
}

function quoted(path) {
  return ` "${path.replaceAll('%', '%%')}"`;
}

function placeExampleRoster() {
  if (existsSync(join(configuration, 'roster.yaml')) || existsSync('/etc/ttyd-user-map')) return;
  mkdirSync(configuration, { recursive: true, mode: 0o755 });
  if (existsSync(exampleRoster)) return;
  // Not installed as roster.yaml, because a roster without a user of this host must not be in force.
  placeFile(exampleRoster, readFileSync('roster.example.yaml', 'utf8'), 0o644);
  say(`there is no roster yet: see ${exampleRoster}, and write ${join(configuration, 'roster.yaml')}`);
}

function heal() {
  if (!existsSync('/run/systemd/system')) {
    say('systemd does not run here: no units were installed');
    return true;
  }
  try {
    execFileSync(process.execPath, [join(program, 'dist/host-units.js'), 'heal'], { stdio: 'inherit' });
    return true;
  } catch {
    say(`the units are not all as they should be; once that is mended: ${command} apply`);
    return false;
  }
}
