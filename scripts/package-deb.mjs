// A package for Debian and what comes of it, by dpkg-deb: for the Node of the system, or with one of its own.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { filesBelow, layOut, layOutDocumentation, places, placeText, settle } from './package-layout.mjs';
import { librariesNeeded, placeNode } from './package-node.mjs';
import { copyrightText, gzip } from './package-text.mjs';
import { readNotices } from './third-party-licenses.mjs';

const maintainerScripts = ['preinst', 'postinst', 'prerm', 'postrm'];

/** Builds the package in a directory, and returns its path. `node` is the runtime to ship; null for that of the system. */
export function buildDeb({ sources, version, seconds, level, out, node }) {
  const name = node === null ? 'tmux-persist' : 'tmux-persist-standalone';
  // A version before another one is marked by `~`: deb-version(7).
  const debianVersion = `${version.replace('-', '~')}-1`;
  const architecture = node === null ? 'all' : node.architecture;
  const stage = mkdtempSync(join(tmpdir(), 'tmux-persist-deb-'));
  try {
    layOut(stage, { name, sources, version, node: node === null ? '/usr/bin/node' : `/${places.node}` });
    if (node !== null) placeNode(node, join(stage, places.node));
    layOutDocumentation(stage, name);
    const documentation = join(stage, 'usr/share/doc', name);
    const notices = readNotices('dist');
    placeText(join(documentation, 'copyright'), copyrightText({ notices, nodeLicense: node?.license ?? null }), 0o644);
    placeText(join(documentation, 'changelog.Debian.gz'), gzip(changelog(name, debianVersion, seconds)), 0o644);
    placeText(join(stage, 'usr/share/lintian/overrides', name), overridesOf(name), 0o644);
    settle(stage, seconds);
    placeControl(stage, [
      ['Package', name],
      ['Version', debianVersion],
      ['Architecture', architecture],
      ['Maintainer', maintainer()],
      ['Installed-Size', String(installedKib(stage))],
      ['Depends', [...needed(stage, node), tmuxNeeded, usersNeeded].join(', ')],
      ['Recommends', 'sudo'],
      ...(node === null ? [] : [['Provides', `tmux-persist (= ${debianVersion})`]]),
      ['Conflicts', node === null ? 'tmux-persist-standalone' : 'tmux-persist'],
      ['Replaces', node === null ? 'tmux-persist-standalone' : 'tmux-persist'],
      ['Section', 'admin'],
      ['Priority', 'optional'],
      ['Description', descriptionOf(node)],
    ]);
    settle(join(stage, 'DEBIAN'), seconds);
    const target = join(out, `${name}_${debianVersion}_${architecture}.deb`);
    mkdirSync(out, { recursive: true });
    const compression = level === 'none' ? ['-Znone'] : ['-Zxz', `-z${level}`];
    execFileSync('dpkg-deb', ['--root-owner-group', ...compression, '--build', stage, target], {
      stdio: ['ignore', 'ignore', 'inherit'],
      // With several threads xz writes other bytes.
      env: { ...process.env, SOURCE_DATE_EPOCH: String(seconds), DPKG_DEB_THREADS_MAX: '1' },
    });
    return target;
  } finally {
    rmSync(stage, { recursive: true });
  }
}

const tmuxNeeded = 'tmux (>= 3.1c)';
const usersNeeded = 'systemd | systemd-standalone-sysusers | systemd-sysusers';

function needed(stage, node) {
  if (node === null) return [`nodejs (>= ${JSON.parse(readFileSync('package.json', 'utf8')).engines.node.slice(2)})`];
  return [librariesNeeded(join(stage, places.node), node.architecture)];
}

function placeControl(stage, fields) {
  const control = join(stage, 'DEBIAN');
  placeText(join(control, 'control'), fields.map(([name, value]) => `${name}: ${value}\n`).join(''), 0o644);
  placeText(join(control, 'conffiles'), `/${places.sudoRule}\n`, 0o644);
  const sums = filesBelow(stage).filter((path) => !path.startsWith('DEBIAN/') && path !== places.sudoRule);
  const files = sums.filter((path) => lstatSync(join(stage, path)).isFile());
  placeText(join(control, 'md5sums'), files.map((path) => `${md5(join(stage, path))}  ${path}\n`).join(''), 0o644);
  for (const script of maintainerScripts)
    placeText(join(control, script), readFileSync(join('packaging', script)), 0o755);
}

function md5(path) {
  return createHash('md5').update(readFileSync(path)).digest('hex');
}

/** As dpkg-gencontrol counts: each file in whole KiB, and one for everything else. */
function installedKib(stage) {
  return filesBelow(stage).reduce((sum, path) => {
    const found = lstatSync(join(stage, path));
    return sum + (found.isFile() ? Math.ceil(found.size / 1024) : 1);
  }, 0);
}

function changelog(name, debianVersion, seconds) {
  const date = new Date(seconds * 1000).toUTCString().replace('GMT', '+0000');
  return `${name} (${debianVersion}) unstable; urgency=medium

  * Built from the sources of this version: see changelog.gz.

 -- ${maintainer()}  ${date}
`;
}

function overridesOf(name) {
  const files = name === 'tmux-persist' ? ['lintian-overrides'] : ['lintian-overrides', 'lintian-overrides-standalone'];
  return files.map((file) => readFileSync(join('packaging', file), 'utf8')).join('');
}

/** Whoever builds the package answers for it, and says so as to Debian's other tools. */
function maintainer() {
  const { DEBFULLNAME = 'the tmux-persist authors', DEBEMAIL = 'tmux-persist@example.invalid' } = process.env;
  return `${DEBFULLNAME} <${DEBEMAIL}>`;
}

function descriptionOf(node) {
  const lines = [
    'record the tmux sessions of a host, and bring lost ones back',
    ' Root records every five minutes which tmux session of which user runs where,',
    ' and with which conversation of an agent. What a reboot, a kill for memory or',
    ' the end of a tmux server took comes back by itself, and what a person closed',
    ' does not.',
    ...(node === null
      ? []
      : [' .', ' This package has a Node of its own, for systems whose Node is older than 20.19.']),
  ];
  return lines.join('\n');
}
