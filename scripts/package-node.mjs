// The Node that runs this, as a private runtime of a package.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';

/** What every Linux has for which Node's project builds: libc with its parts, and what GCC adds. */
const commonLibraries = /^(lib(c|m|dl|rt|pthread)\.so|libstdc\+\+\.so|libgcc_s\.so|ld-linux)/;

/** The Node to ship: its file, the text of its license, and the name of its architecture in Debian. Throws with the reason. */
export function runtimeNode(execPath = process.execPath) {
  const path = realpathSync(execPath);
  const architecture = { x64: 'amd64', arm64: 'arm64' }[process.arch];
  if (architecture === undefined) throw new Error(`no package with its own Node is made for ${process.arch}`);
  const strange = librariesOf(path).filter((name) => !commonLibraries.test(name));
  if (strange.length > 0) {
    throw new Error(
      `${path} needs ${strange.join(', ')}, which other hosts may not have in this version; run the build with a Node from nodejs.org`,
    );
  }
  return { path, architecture, license: licenseOf(path) };
}

/** Copies it, without its symbols for debuggers, which are an eighth of it, and puts its license beside it. */
export function placeNode({ path, license }, target) {
  mkdirSync(dirname(target), { recursive: true });
  execFileSync('strip', ['--strip-unneeded', '-o', target, path]);
  writeFileSync(join(dirname(target), 'LICENSE'), license);
}

/** The packages of Debian, and their oldest versions, that a binary needs, as in `Depends:`. */
export function librariesNeeded(binary, architecture) {
  const directory = mkdtempSync(join(tmpdir(), 'tmux-persist-shlibs-'));
  try {
    mkdirSync(join(directory, 'debian'));
    const control = `Source: tmux-persist\n\nPackage: tmux-persist\nArchitecture: ${architecture}\n`;
    writeFileSync(join(directory, 'debian/control'), control);
    const options = { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] };
    const text = execFileSync('dpkg-shlibdeps', ['-O', binary], options);
    return /^shlibs:Depends=(.+)$/m.exec(text)[1];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function librariesOf(path) {
  const text = execFileSync('objdump', ['--private-headers', path], { encoding: 'utf8' });
  return [...text.matchAll(/^ +NEEDED +(\S+)$/gm)].map(([, name]) => name);
}

/** Beside the binary in an archive of nodejs.org, and in the documentation of a package. */
function licenseOf(path) {
  const places = [
    join(dirname(path), '../LICENSE'),
    '/usr/share/doc/nodejs/LICENSE',
    '/usr/share/doc/nodejs/copyright',
  ];
  const isOfPackage = path.startsWith('/usr/bin/');
  const found = (isOfPackage ? places.slice(1) : places.slice(0, 1)).filter((place) => existsSync(place));
  const texts = found.map((place) => readFileSync(place, 'utf8'));
  const license = texts.find((text) => text.startsWith('Node.js is licensed for use as follows'));
  if (license !== undefined) return license;
  throw new Error(
    `the license of ${path}, which every copy of it needs, was not found in ${places.join(', ')}; run the build with a Node from nodejs.org`,
  );
}
