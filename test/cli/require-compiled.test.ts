import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { requireCompiled } from '../../src/cli/require-compiled.ts';
import { scriptAt } from '../../src/cli/script-at.ts';
import { binary } from '../support/persist-sandbox.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';

const build = join(binary, '..');

describe('a file of the build', () => {
  test('is run once, with the files beside it and what Node brings', () => {
    const directory = filesOf({
      'main.js': 'exports.parts = [require("./part.js"), require("./part.js")]; exports.path = require("node:path");',
      'part.js': 'globalThis.timesRun = (globalThis.timesRun ?? 0) + 1; exports.at = [__dirname, globalThis.timesRun];',
    });
    expect(requireCompiled(join(directory, 'main.js'))).toMatchObject({
      parts: [{ at: [directory, 1] }, { at: [directory, 1] }],
      path: { sep: '/' },
    });
  });

  test('may require one that requires it', () => {
    const directory = filesOf({
      'main.js': 'exports.early = true; exports.other = require("./other.js");',
      'other.js': 'exports.sees = require("./main.js").early;',
    });
    expect(requireCompiled(join(directory, 'main.js'))).toMatchObject({ other: { sees: true } });
  });

  test.each([
    ['is not there', () => undefined],
    ['is garbage', (path: string) => writeFileSync(`${path}.v8`, 'garbage')],
    ['is that of another file', (path: string) => copyFileSync(aCompiledFile(), `${path}.v8`)],
  ])('is compiled from its source when its compiled code %s', (_, damage) => {
    const path = join(filesOf({ 'main.js': 'exports.answer = 42;' }), 'main.js');
    damage(path);
    expect(requireCompiled(path)).toEqual({ answer: 42 });
  });

  test('is named in the stack of an error', () => {
    const directory = filesOf({ 'main.js': 'exports.fail = () => { throw new Error("failed"); };' });
    expect(() => {
      const { fail }: { fail?: () => void } = Object(requireCompiled(join(directory, 'main.js')));
      fail?.();
    }).toThrow(expect.objectContaining({ stack: expect.stringMatching(/at .*main\.js:1:/) }));
  });

  test('keeps its words in other languages', () => {
    const directory = filesOf({ 'main.js': 'exports.word = "caf\u00e9 \u{1f98a}";' });
    expect(requireCompiled(join(directory, 'main.js'))).toEqual({ word: 'caf\u00e9 \u{1f98a}' });
  });
});

const nodeKeepsNone = !('enableCompileCache' in module);
test('each file of the build has compiled code beside it that this Node takes, unless Node keeps it itself', () => {
  const scripts = readdirSync(build).filter((name) => name.endsWith('.js') && name !== 'bin.js');
  const compiled = readdirSync(build).filter((name) => name.endsWith('.js.v8'));
  expect(compiled).toEqual(nodeKeepsNone ? scripts.map((name) => `${name}.v8`) : []);
  const paths = compiled.map((name) => join(build, name.slice(0, -'.v8'.length)));
  const rejected = paths.filter((path) => scriptAt(path, readFileSync(`${path}.v8`)).cachedDataRejected !== false);
  expect(rejected).toEqual([]);
});

function aCompiledFile(): string {
  return join(build, readdirSync(build).find((name) => name.endsWith('.js.v8')) ?? 'bin.js');
}

function filesOf(files: Readonly<Record<string, string>>): string {
  const directory = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}
