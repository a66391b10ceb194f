import { describe, expect, test } from 'vitest';
import { ownership, stamped } from '../../src/systemd/unit-files.ts';

const text = '# Managed by tmux-persist\n[Timer]\nOnBootSec=2min\n';

describe('the mark of a unit file', () => {
  test('tells a file as it was written from one that was changed since', () => {
    expect(ownership(stamped(text))).toBe('intact');
    expect(ownership(`${stamped(text)}\n`)).toBe('edited');
    expect(ownership(stamped(text).replace('2min', '3min'))).toBe('edited');
    expect(ownership(text)).toBe('edited');
  });

  test('is missing in what others wrote, whatever else they say', () => {
    expect(ownership('')).toBe('foreign');
    expect(ownership('[Timer]\nOnBootSec=2min\n')).toBe('foreign');
    expect(ownership('# This is not Managed by tmux-persist\n')).toBe('foreign');
  });

  test('changes only the first line, so that the file reads as it is in the repository', () => {
    expect(stamped(text).split('\n').slice(1)).toEqual(text.split('\n').slice(1));
  });

  test('is not given to a file that does not ask for it', () => {
    expect(() => stamped('[Timer]\n')).toThrow('does not start with');
  });
});
