import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the executable runs: the script that lies beside it, whatever the arguments are. */
const stub = `require('node:module').createRequire(process.execPath)(process.execPath + '.double.cjs');\n`;

/**
 * A Node that leaves every argument to its script, so that its process is that of a program of its own: no script in
 * the argument vector, and `--resume` is not taken for an option of Node.
 *
 * That is what a single-executable application is. The vendor's way to make one needs a package (postject) that adds
 * a segment to the file; here the blob takes the place of a source text that only `node --prof-process` reads, and the
 * file keeps its layout. Made once for each Node and kept in the temporary directory; the caller makes hard links.
 */
export function nativeNode(): string {
  const { size, mtimeMs } = statSync(process.execPath);
  const key = createHash('sha256')
    .update(`${process.version} ${process.execPath} ${size} ${mtimeMs} ${stub}`)
    .digest('hex');
  const path = join(ownCacheDirectory(), `node-${key.slice(0, 16)}`);
  if (existsSync(path)) return path;
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, singleExecutable(readFileSync(process.execPath), blobOf(unfinished)));
  chmodSync(unfinished, 0o755);
  renameSync(unfinished, path);
  return path;
}

/** Others may write to the temporary directory, so what is there must be the invoking user's own. */
function ownCacheDirectory(): string {
  const uid = process.getuid?.() ?? 0;
  const directory = join(tmpdir(), `fake-claude-${uid}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const facts = lstatSync(directory);
  if (!facts.isDirectory() || facts.uid !== uid) throw new Error(`${directory} belongs to somebody else`);
  return directory;
}

function blobOf(path: string): Buffer {
  const [main, config, output] = [`${path}.js`, `${path}.json`, `${path}.blob`];
  try {
    writeFileSync(main, stub);
    writeFileSync(config, JSON.stringify({ main, output, disableExperimentalSEAWarning: true }));
    execFileSync(process.execPath, ['--experimental-sea-config', config], { stdio: 'pipe', timeout: 20_000 });
    return readFileSync(output);
  } finally {
    for (const file of [main, config, output]) rmSync(file, { force: true });
  }
}

function singleExecutable(node: Buffer, blob: Buffer): Buffer {
  const fuse = node.indexOf('NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:0');
  const headers = programHeaders(node);
  const noteHeader = headers.find(({ type }) => type === segmentTypes.note);
  const note = elfNote('NODE_SEA_BLOB', blob);
  const place = unusedPlace(node, note.length);
  const home = headers.find(
    ({ type, offset, size }) => type === segmentTypes.load && offset <= place && place + note.length <= offset + size,
  );
  if (fuse === -1 || noteHeader === undefined || home === undefined) {
    throw new Error(`${process.execPath} cannot be made a single executable: is Node a shared library here?`);
  }
  const changed = Buffer.from(node);
  changed.write('1', fuse + 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:'.length);
  note.copy(changed, place);
  const address = BigInt(home.address + place - home.offset);
  for (const [field, value] of [
    [8, BigInt(place)],
    [16, address],
    [24, address],
    [32, BigInt(note.length)],
    [40, BigInt(note.length)],
  ] as const) {
    changed.writeBigUInt64LE(value, noteHeader.at + field);
  }
  return changed;
}

const segmentTypes = { load: 1, note: 4 };

interface ProgramHeader {
  readonly at: number;
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** Of a little-endian 64-bit ELF file, which is what Node is on every Linux that it is published for but s390x. */
function programHeaders(elf: Buffer): readonly ProgramHeader[] {
  const [start, entrySize, count] = [Number(elf.readBigUInt64LE(32)), elf.readUInt16LE(54), elf.readUInt16LE(56)];
  return Array.from({ length: count }, (_, index) => start + index * entrySize).map((at) => ({
    at,
    type: elf.readUInt32LE(at),
    offset: Number(elf.readBigUInt64LE(at + 8)),
    address: Number(elf.readBigUInt64LE(at + 16)),
    size: Number(elf.readBigUInt64LE(at + 32)),
  }));
}

function elfNote(name: string, content: Buffer): Buffer {
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(name.length + 1, 0);
  sizes.writeUInt32LE(content.length, 4);
  return Buffer.concat([sizes, padded(Buffer.from(`${name}\0`)), padded(content)]);
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc(-content.length & 3)]);
}

/** Where the text of a built-in module lies that nobody loads, aligned as notes must be. */
function unusedPlace(node: Buffer, length: number): number {
  const program = `process.stdout.write(process.binding('natives')['internal/deps/v8/tools/tickprocessor'] ?? '')`;
  const text = execFileSync(process.execPath, ['--no-deprecation', '-e', program], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  const place = node.indexOf(text, 0, 'latin1');
  if (text.length < length + 8 || place === -1) throw new Error('Node does not hold the text that is to be replaced');
  return (place + 7) & ~7;
}
