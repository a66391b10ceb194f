import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { commands } from '../../../src/cli/commands.ts';

const pages = ['man/tmux-persist.1', 'man/tmux-persist-roster.5', 'man/tmux-persist-web.8'] as const;

/** groff is on most hosts with man, and reads the pages as that does. */
const groff = spawnSync('groff', ['--version']).status === 0;

test('the reference of the commands can be read in a terminal', () => {
  const lines = readFileSync('docs/commands.md', 'utf8').split('\n');
  expect(lines.filter((line) => line.length > 120)).toEqual([]);
});

describe.runIf(groff || process.env['CI'] !== undefined)('the manual pages', () => {
  test.each(pages)('%s is read without a warning', (path) => {
    const { status, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-z', path], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test.each(pages)('%s breaks no name that one may copy', (path) => {
    const { stdout } = spawnSync('groff', ['-man', '-Tascii', '-P-c', path], { encoding: 'utf8' });
    expect(stdout.replaceAll(/.\u0008/g, '').match(/^.*[a-z]-$/gm)).toBe(null);
  });

  test.each(pages)('%s keeps to a terminal of 80 columns', (path) => {
    const { stdout } = spawnSync('groff', ['-man', '-Tutf8', '-P-c', '-rLL=80n', path], { encoding: 'utf8' });
    const lines = stdout.replaceAll(/.\u0008/gu, '').split('\n');
    expect(lines.length).toBeGreaterThan(30);
    expect(lines.filter((line) => stringWidth(line) > 80)).toEqual([]);
  });

  test('tmux-persist(1) has every command and every option, as one types them', () => {
    const { stdout } = spawnSync('groff', ['-man', '-Tascii', '-P-c', pages[0]], { encoding: 'utf8' });
    const text = stdout.replaceAll(/.\u0008/g, '');
    for (const { name, options } of commands) {
      expect(text).toMatch(new RegExp(`^   ${name}( |$)`, 'm'));
      for (const option of options) expect(text).toContain(`--${option.name}`);
    }
  });
});
