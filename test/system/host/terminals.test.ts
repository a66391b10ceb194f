import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HostReadError } from '../../../src/system/errors.ts';
import { readTerminals, terminalAt } from '../../../src/system/host/terminals.ts';
import { privateTmux, type PrivateTmux, waitUntil } from '../../support/private-tmux.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

describe('the terminals of the host', () => {
  test('are there with their owner while a pane has them', () => {
    const box = privateTmux();
    box.tmux('new-session', '-d', '-s', 'other');
    const name = open(box);
    const before = readTerminals().get(name);
    expect(before).toMatchObject({ uid: process.getuid?.() });
    box.tmux('kill-session', '-t', '=one');
    // Another program of this host may have got the number meanwhile.
    waitUntil(() => readTerminals().get(name)?.mark !== before?.mark, 'the end of the terminal');
  });

  test('are the same after a program wrote to them', () => {
    const box = privateTmux();
    const name = open(box);
    const before = readTerminals().get(name);
    box.tmux('send-keys', '-t', '=one:', 'echo a $((20 + 3)) b', 'Enter');
    waitUntil(() => box.tmux('capture-pane', '-p', '-t', '=one:').includes('a 23 b'), 'the output');
    expect(readTerminals().get(name)).toEqual(before);
  });

  test('have another mark when a number is used again', () => {
    const box = privateTmux();
    box.tmux('new-session', '-d', '-s', 'other');
    let before = opened(box);
    let after = before;
    // The kernel gives out the lowest free number, and other programs of this host open terminals, too.
    waitUntil(() => {
      box.tmux('kill-session', '-t', '=one');
      before = after;
      after = opened(box);
      return after.name === before.name;
    }, 'the same number');
    expect(after.terminal).toMatchObject({ uid: process.getuid?.() });
    expect(after.terminal?.mark).not.toBe(before.terminal?.mark);
  });

  test('are not looked at again when they are known, and those that came and went are', () => {
    const directory = temporaryDirectory();
    for (const name of ['0', '1']) writeFileSync(join(directory, name), '');
    const known = new Map([
      ['1', { uid: 77, mark: 7 }],
      ['2', { uid: 78, mark: 8 }],
    ]);
    const found = readTerminals(directory, known);
    expect([...found.keys()].toSorted()).toEqual(['0', '1']);
    expect(found.get('1')).toEqual({ uid: 77, mark: 7 });
    expect(found.get('0')?.uid).toBe(process.getuid?.());
  });

  test('are only those entries that are a number', () => {
    const directory = temporaryDirectory();
    for (const name of ['0', '17', 'ptmx', '3x']) writeFileSync(join(directory, name), '');
    expect([...readTerminals(directory).keys()].toSorted()).toEqual(['0', '17']);
  });

  test('have no place for one that ended after its name was read', () => {
    expect(terminalAt(join(temporaryDirectory(), '7'))).toBeNull();
  });

  test('are unknown when they cannot be listed', () => {
    expect(() => readTerminals(join(temporaryDirectory(), 'none'))).toThrow(HostReadError);
  });
});

/** The number of the terminal of a new session. */
/** A new terminal, as it is there while its pane lives. */
function opened(box: PrivateTmux) {
  const name = open(box);
  return { name, terminal: readTerminals().get(name) };
}

function open({ tmux }: PrivateTmux): string {
  return basename(tmux('new-session', '-d', '-s', 'one', '-P', '-F', '#{pane_tty}').trim());
}
