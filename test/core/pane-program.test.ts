import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listedProgram, programToStart, usualPrograms, withoutInterpreter } from '../../src/core/pane-program.ts';
import { looksSecret } from '../../src/core/secrets.ts';
import { claude } from '../support/builders.ts';

const listed = [...usualPrograms, 'bot', 'npm run dev', 'python3 -m http.server 8000'];

describe('a program is on the list', () => {
  test.each<[string, readonly string[]]>([
    ['by its name', ['vim', 'notes.md']],
    ['by the name at the end of its path', ['/usr/bin/less', '-R', 'log']],
    ['as a script, by the name of its file', ['/usr/bin/python3', '/opt/bot', '--fast']],
    ['as a script whose first line has an option', ['/usr/bin/python3', '-u', '/opt/bot']],
    ['by its whole command line', ['python3', '-m', 'http.server', '8000']],
    ['by its whole command line, called by its path', ['/usr/bin/python3', '-m', 'http.server', '8000']],
    ['whatever its arguments are', ['vim', '', '-', ';', '日本', '\u001b[0m', 'a b']],
    ['also when the name of its file is about secrets', ['vim', 'secrets.yaml', 'my-password.txt', 'token']],
  ])('%s', (_title, argv) => {
    expect(listedProgram(argv, listed)).toEqual({ argv });
  });

  test('by a whole command line that it shows as its title, and is started from the words of that', () => {
    expect(listedProgram(['npm run dev', '', '', ''], listed)).toEqual({ argv: ['npm', 'run', 'dev'] });
  });

  test.each<[string, readonly string[]]>([
    ['not by a part of a name', ['vimdiff', 'a', 'b']],
    ['not by an argument', ['sleep', 'vim']],
    ['not as a command that an interpreter gets', ['sh', '-c', 'vim notes.md']],
    ['not by a part of a command line', ['python3', '-m', 'http.server', '8001']],
    ['not by the first word of a title', ['vim notes.md', '', '']],
    ['not without a word', []],
    ['not with bytes that are no text', ['vim', 'caf\uFFFD']],
    ['not with what only that process has open', ['vim', '/dev/fd/63']],
    ['not with what only that process has open, by another path', ['less', '/proc/self/fd/12']],
    ['not with more arguments than a record should hold', ['vim', ...Array.from({ length: 200 }, String)]],
  ])('%s', (_title, argv) => {
    expect(listedProgram(argv, listed)).toBeNull();
  });

  test.each([
    [['watch', 'mysql', '--password=hunter22']],
    [['watch', 'mysql', '--password', 'hunter22']],
    [['watch', 'PGPASSWORD=hunter22 psql']],
    [['watch', 'curl -H "Authorization: Basic aHVudGVyMjI="']],
    [['watch', 'curl', '-u', 'me:hunter22', 'http://example.org']],
    [['less', 'https://me:hunter22@example.org/x']],
    [['watch', 'gh', 'ghp_0123456789abcdefghij']],
    [['watch', 'x', '--api-key', 'abc']],
    [['watch', '{"token": "abc"}']],
    [['vim', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc']],
  ])('not with a secret: %j', (argv) => {
    expect(listedProgram(argv, listed)).toBeNull();
  });

  test('with the arguments that it has and no others, whatever they are', () => {
    const words = fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { maxLength: 8 });
    fc.assert(
      fc.property(words, (args) => {
        const argv = ['vim', ...args];
        const isTold = !looksSecret(argv) && !args.some((word) => word.includes('\uFFFD'));
        expect(listedProgram(argv, listed)).toEqual(isTold ? { argv } : null);
      }),
    );
  });
});

test.each<[readonly string[], string, readonly string[]]>([
  [['/bin/sh', '/opt/bot', 'x'], 'bot', ['/opt/bot', 'x']],
  [['/usr/bin/python3', '-u', '/opt/bot'], 'bot', ['/opt/bot']],
  [['/bin/sh', '/opt/a-bot-of-a-long-name'], 'a-bot-of-a-long', ['/opt/a-bot-of-a-long-name']],
  [['node', '/opt/bot'], 'node', ['node', '/opt/bot']],
  [['sh', 'bot'], 'sh', ['sh', 'bot']],
  [['vim', '/opt/bot'], 'bot', ['vim', '/opt/bot']],
])('%j of the process %j was started as %j', (argv, comm, started) => {
  expect(withoutInterpreter(argv, comm)).toEqual(started);
});

test('a pane gets its conversation, and its program only without one, and while it is listed', () => {
  const program = { argv: ['vim', 'notes.md'] };
  expect(programToStart({ conversation: null, program }, ['vim'])).toEqual(program);
  expect(programToStart({ conversation: claude('one'), program }, ['vim'])).toBeNull();
  expect(programToStart({ conversation: null, program }, [])).toBeNull();
  expect(programToStart({ conversation: null, program: null }, ['vim'])).toBeNull();
});
