import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { optionTable, splitVector } from '../../src/agents/option-vector.ts';

const table = optionTable([
  { role: 'keep', takes: 'none', names: '--search -y' },
  { role: 'keep', takes: 'one', names: '-m --model' },
  { role: 'keep', takes: 'optional', names: '--mouse' },
  { role: 'keep', takes: 'many', names: '--add-dir' },
  { role: 'settings', takes: 'one', names: '-c --config' },
  { role: 'drop', takes: 'one', names: '--session' },
  { role: 'drop', takes: 'optional', names: '-r --resume' },
  { role: 'drop', takes: 'many', names: '-i' },
  { role: 'end', takes: 'one', names: '-p' },
]);

const long = 'x'.repeat(5_000);

describe('an argument vector', () => {
  test.each<{ args: string[]; kept: string[]; dropped: string[]; positionals: string[] }>([
    { args: [], kept: [], dropped: [], positionals: [] },
    { args: ['--search', 'fix it'], kept: ['--search'], dropped: [], positionals: ['fix it'] },
    { args: ['-m', 'a', '--model=b', '-mc'], kept: ['-m', 'a', '--model=b', '-mc'], dropped: [], positionals: [] },
    { args: ['--mouse', 'on', '--mouse'], kept: ['--mouse', 'on', '--mouse'], dropped: [], positionals: [] },
    { args: ['--add-dir', 'a', 'b', '-y', 'c'], kept: ['--add-dir', 'a', 'b', '-y'], dropped: [], positionals: ['c'] },
    { args: ['--session', 'x', '-r', '-y'], kept: ['-y'], dropped: ['--session', '-r'], positionals: [] },
    { args: ['-i', 'a.png', 'b.png', '--search'], kept: ['--search'], dropped: ['-i'], positionals: [] },
    { args: ['-y', '--', '--search', 'hi'], kept: ['-y'], dropped: [], positionals: ['--search', 'hi'] },
    // Nobody knows how many words an unknown option takes.
    { args: ['--new', 'word', '-y'], kept: ['-y'], dropped: ['--new'], positionals: [] },
    { args: ['--new=secret', 'word'], kept: [], dropped: ['--new'], positionals: ['word'] },
    { args: ['-zsecret', '-y'], kept: ['-y'], dropped: ['-z'], positionals: [] },
    { args: ['--search=secret'], kept: [], dropped: ['--search'], positionals: [] },
    // A value that is missing, an option itself, or too long.
    { args: ['-m'], kept: [], dropped: ['-m'], positionals: [] },
    { args: ['-m', '--search'], kept: [], dropped: ['-m'], positionals: [] },
    { args: ['-m', long, '-y'], kept: ['-y'], dropped: ['-m'], positionals: [] },
    { args: ['-'], kept: [], dropped: [], positionals: ['-'] },
  ])('$args', ({ args, kept, dropped, positionals }) => {
    expect(splitVector(args, table)).toMatchObject({ kept, dropped, positionals });
  });

  test.each([
    ['-c', 'model_providers.mine.experimental_bearer_token="abc"'],
    ['-c', 'shell_environment_policy.set.HUSH="abc"'],
    ['-cmodel_providers.mine.api_key=abc'],
    ['--config={"headers": {"x": "abc"}}'],
    ['-m', 'https://me:abc@host'],
    ['--add-dir', '/a', 'sk-0123456789abcdef'],
  ])('is kept without what may be secret: %s %s', (...args) => {
    const { kept, dropped } = splitVector(args, table);
    expect(kept).toEqual([]);
    expect(dropped).toHaveLength(1);
    expect(dropped.join()).not.toContain('abc');
  });

  test('keeps settings that hold nothing secret', () => {
    expect(splitVector(['-c', 'model="o3"'], table).kept).toEqual(['-c', 'model="o3"']);
  });

  test('tells the last value of an option, by any of its names', () => {
    const vector = splitVector(['--resume', 'a', '-r=b', '--session', 'c'], table);
    expect(vector.valueOf('-r', '--resume')).toBe('b');
    expect(vector.valueOf('--session')).toBe('c');
    expect(vector.valueOf('-m')).toBeNull();
    expect([vector.has('--resume'), vector.has('-m'), vector.ends]).toEqual([true, false, false]);
    expect(splitVector(['-p', 'hi'], table).ends).toBe(true);
  });

  test('of any words keeps only words of its own, and the same ones when it is started with them again', () => {
    const known = fc.constantFrom(...table.keys(), '--', '-', '--new', '--model=x', '-c=token', '-yy');
    const words = fc.array(fc.oneof(known, fc.string()), { maxLength: 12 });
    fc.assert(
      fc.property(words, (args) => {
        const { kept } = splitVector(args, table);
        for (const word of kept) expect(args).toContain(word);
        expect(splitVector(kept, table)).toMatchObject({ kept, dropped: [], positionals: [] });
      }),
    );
  });

  test('that is longer than anybody types keeps nothing, and says so', () => {
    const args = Array.from({ length: 10 }, () => ['-m', 'x'.repeat(4_000)]).flat();
    expect(splitVector(args, table)).toMatchObject({ kept: [], dropped: ['-m'] });
  });
});
