import { describe, expect, test } from 'vitest';
import { sizeOfLayout } from '../../src/tmux/layout.ts';

describe('a layout', () => {
  test.each([
    ['b25d,80x24,0,0,5', { columns: 80, rows: 24 }],
    ['bb62,159x48,0,0{79x48,0,0,0,79x48,80,0[79x24,80,0,1,79x23,80,25,2]}', { columns: 159, rows: 48 }],
  ])('tells the size of its window: %s', (layout, size) => {
    expect(sizeOfLayout(layout)).toEqual(size);
  });

  test.each([
    '',
    'tiled',
    'b25d',
    'b25d,80x24',
    'b25d,80x24,0,0,5;kill-server',
    '-t',
    'b25d,0x24,0,0,5',
    'b25d,80x10001,0,0,5',
    'b25d,80x24,0,0,5\n',
  ])('is refused when it is none, or one that tmux would refuse: %j', (layout) => {
    expect(sizeOfLayout(layout)).toBeNull();
  });
});
