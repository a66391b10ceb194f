import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  lchownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { FakeClaudeStart } from './log-start.ts';
import { nativeNode } from './native-node.ts';
import { settingsPathOf, type FakeClaudeOptions, type Packaging, type Settings } from './settings.ts';

export interface FakeClaudeInstallation {
  /** Where `claude` is to be on the user's PATH, such as `HOME/.local/bin`; made when it is not there. */
  readonly directory: string;
  readonly version?: string;
  readonly packaging?: Packaging;
  readonly options?: FakeClaudeOptions;
}

export interface FakeClaude {
  readonly directory: string;
  /** `DIRECTORY/claude`, a symbolic link. */
  readonly command: string;
  /** What it leads to: `…/share/claude/versions/VERSION`, `…/bin/claude.exe` or `…/cli.js`. */
  readonly executable: string;
  readonly version: string;
  /** Replaces the options; processes that run already keep theirs. */
  readonly configure: (options: FakeClaudeOptions) => void;
  /** Every start of this installation so far, in order. */
  readonly starts: () => readonly FakeClaudeStart[];
}

/**
 * Installs the test double of Claude Code as a release of that version installs itself, for the owner of the home.
 *
 * A second version in the same directory takes over the link, as the updater does, and leaves the first one in place.
 */
export function installFakeClaude(installation: FakeClaudeInstallation): FakeClaude {
  const { directory, packaging = 'native', version = defaultVersions[packaging], options = {} } = installation;
  const owner = ownerOf(directory);
  const own = (path: string): string => {
    lchownSync(path, owner.uid, owner.gid);
    return path;
  };
  const makeDirectory = (path: string): void => {
    if (existsSync(path)) return;
    makeDirectory(dirname(path));
    mkdirSync(path);
    own(path);
  };
  const write = (path: string, text: string, mode = 0o644): void => {
    makeDirectory(dirname(path));
    writeFileSync(path, text);
    chmodSync(own(path), mode);
  };

  const executable = join(directory, executablePaths[packaging](version));
  const logDirectory = `${executable}.starts`;
  const configure = (changed: FakeClaudeOptions): void => {
    const settings: Settings = { version, packaging, logDirectory, options: changed };
    write(settingsPathOf(executable), JSON.stringify(settings));
  };
  makeDirectory(directory);
  makeDirectory(logDirectory);
  configure(options);
  write(`${executable}.double.cjs`, bundle());
  if (packaging === 'npm-node') {
    // `env -S` so that the process is called node, as with the vendor's `env node`, whatever PATH is.
    write(executable, `#!/usr/bin/env -S ${process.execPath}\nrequire('./cli.js.double.cjs');\n`, 0o755);
  } else {
    linkOrCopy(nativeNode(), executable);
  }
  if (packaging !== 'native') write(join(directory, packageDirectory, 'package.json'), packageJson(version));
  const command = join(directory, 'claude');
  rmSync(command, { force: true });
  symlinkSync(relative(directory, executable), command);
  own(command);
  return { directory, command, executable, version, configure, starts: () => startsIn(logDirectory) };
}

const defaultVersions: Readonly<Record<Packaging, string>> = {
  native: '2.1.329',
  npm: '2.1.329',
  'npm-node': '2.1.112',
};

const packageDirectory = '../lib/node_modules/@anthropic-ai/claude-code';

const executablePaths: Readonly<Record<Packaging, (version: string) => string>> = {
  native: (version) => `../share/claude/versions/${version}`,
  npm: () => `${packageDirectory}/bin/claude.exe`,
  'npm-node': () => `${packageDirectory}/cli.js`,
};

let bundled: string | undefined;

/** The double as one script that needs nothing but Node. */
function bundle(): string {
  bundled ??= buildSync({
    entryPoints: [fileURLToPath(new URL('./main.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
  })
    .outputFiles.map(({ text }) => text)
    .join('');
  return bundled;
}

/** A link costs nothing; on another file system it is a copy of 100 MB. The link belongs to whoever runs the tests. */
function linkOrCopy(source: string, target: string): void {
  rmSync(target, { force: true });
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
    chmodSync(target, 0o755);
  }
}

/** Whoever owns the nearest directory that is there. */
function ownerOf(path: string): { readonly uid: number; readonly gid: number } {
  return existsSync(path) ? statSync(path) : ownerOf(dirname(path));
}

function packageJson(version: string): string {
  return JSON.stringify({ name: '@anthropic-ai/claude-code', version });
}

function startsIn(directory: string): readonly FakeClaudeStart[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .map((name): FakeClaudeStart => JSON.parse(readFileSync(join(directory, name), 'utf8')))
    .toSorted((one, other) => one.startedAtMs - other.startedAtMs);
}
