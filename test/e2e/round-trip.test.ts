import * as fc from 'fast-check';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandLineWord, literalFormat } from '../../src/tmux/tmux-text.ts';
import { sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { panesInPlace } from '../support/world.ts';

/** More of them: ROUND_TRIP_RUNS=500. The same ones again: ROUND_TRIP_SEED, as a failure names it. */
const numRuns = Number(process.env['ROUND_TRIP_RUNS'] ?? 4);
const seed = process.env['ROUND_TRIP_SEED'];

test(
  'whatever sessions, windows and directories are called, they come back as they were',
  { timeout: 60_000 + numRuns * 20_000 },
  () => {
    const box = sandbox();
    fc.assert(
      fc.property(wirings, (sessions) => {
        // One that has failed leaves its server behind.
        box.killServer();
        rmSync(box.stateDirectory, { recursive: true, force: true });
        for (const session of sessions) start(box, session);
        const before = panesInPlace(box);
        expect(new Set(before.map(({ session }) => session)).size).toBe(sessions.length);

        expect(box.persist('save')).toMatchObject({ exitCode: 0, stderr: '' });
        box.killServer();
        const applied = box.persist('apply');
        expect(applied).toMatchObject({ exitCode: 0, stderr: '' });
        expect(applied.stdout).toContain(`Applied: ${sessions.length} created, 0 failed; 0 held, 0 live.\n`);
        expect(applied.stdout.split('\n')).toHaveLength(sessions.length + 2);

        expect(panesInPlace(box)).toEqual(before);
        expect(box.persist('plan', '--exit-code')).toMatchObject({ exitCode: 0, stderr: '' });
      }),
      {
        numRuns,
        interruptAfterTimeLimit: 40_000 + numRuns * 20_000,
        ...(seed === undefined ? {} : { seed: Number(seed) }),
      },
    );
  },
);

interface Wiring {
  readonly name: string;
  readonly window: string;
  readonly directory: string;
}

/** What tmux, a shell, a terminal or a file name could take for something else. */
const tricky = [
  '$1',
  '@1',
  '%3',
  '=x',
  '-x',
  '--',
  '!',
  '+',
  '-',
  '{last}',
  '~',
  '.',
  'a:b',
  'a.b',
  'a:0.1',
  ':',
  '#(touch trapped)',
  '#{host}',
  '#[fg=red]',
  '##',
  '#',
  ';',
  'x;',
  'x\\;',
  '\\',
  '\\\\n',
  '\\033[1m',
  '"',
  "'",
  '`id`',
  '$(id)',
  '$HOME',
  '*',
  '?',
  '[a]',
  ' ',
  ' a ',
  'a  b',
  'a\tb',
  'a\nb',
  '\n',
  'a\r',
  '\u001b[2J',
  '\u007f',
  '\u0085',
  '\u009b',
  '\u00a0',
  '\u200b',
  '\u202e',
  '\u2028',
  '\ufeff',
  '\u00e9',
  'e\u0301',
  '\u1e69',
  's\u0323\u0307',
  '\u212b',
  '\u{1f469}\u200d\u{1f469}\u200d\u{1f467}',
  '\u{e0041}',
  '007',
  '7',
  '1e2',
  'x'.repeat(200),
  '\u00e9'.repeat(100),
  '(',
  '%%if',
  '%H',
  '^',
  '&&',
  '||',
  '>f',
  '</dev/null',
  'true',
  'null',
  '__proto__',
  'constructor',
];

const text = fc
  .oneof(
    { weight: 3, arbitrary: fc.constantFrom(...tricky) },
    {
      weight: 2,
      arbitrary: fc.array(fc.constantFrom(...tricky), { minLength: 2, maxLength: 4 }).map((parts) => parts.join('')),
    },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }) },
  )
  .map((one) => one.replaceAll('\0', ''))
  .filter((one) => one !== '');

const directory = text.map((one) => {
  const name = one.replaceAll('/', '|').slice(0, 60);
  return name === '.' || name === '..' ? `${name}.` : name;
});

/** tmux keeps a window's first name raw and escapes later ones (3.3a), so a backslash there would have two readings. */
const windowName = text.map((one) => one.replaceAll('\\', '/'));

/** Names that tmux does not take for one: it writes `:` and `.` as `_` (to 3.6). */
const wirings: fc.Arbitrary<readonly Wiring[]> = fc.uniqueArray(
  fc.record({ name: text, window: windowName, directory }),
  {
    minLength: 1,
    maxLength: 12,
    size: 'max',
    selector: ({ name }) => name.replaceAll(/[:.]/g, '_'),
  },
);

function start(box: Sandbox, { name, window, directory: place }: Wiring): void {
  const path = box.directory(join('dirs', place));
  box.tmux('new-session', '-d', '-s', word(name), '-n', word(window), '-c', word(path));
}

/** A word of a tmux command that stands for itself. */
function word(value: string): string {
  return commandLineWord(literalFormat(value));
}
