import { describe, expect, test } from 'vitest';
import { cellsOfLayout, lastingLayout, sizeOfLayout } from '../../src/tmux/layout.ts';

/** As 3.8 writes it; the last pane floats. */
const jsonLayout =
  '{"V":2,"L":{"t":"h","w":200,"h":50,"x":0,"y":0,"c":[{"t":"p","w":149,"h":50,"x":0,"y":0,"l":2,"i":0,"I":"%0"},' +
  '{"t":"v","w":50,"h":50,"x":150,"y":0,"c":[{"t":"p","w":50,"h":25,"x":150,"y":0,"l":1,"i":1,"I":"%1"},' +
  '{"t":"p","w":38,"h":8,"x":6,"y":6,"a":true,"i":3,"z":0,"I":"%3"}]}]}}';

describe('a layout', () => {
  test('tells the sizes and places of its panes, whoever wrote it', () => {
    expect(cellsOfLayout(jsonLayout)).toEqual(['149x50,0,0', '50x25,150,0', '38x8,6,6']);
    expect(cellsOfLayout('bb62,159x48,0,0{79x48,0,0,0,79x48,80,0[79x24,80,0,1,79x23,80,25,2]}')).toEqual([
      '79x48,0,0',
      '79x24,80,0',
      '79x23,80,25',
    ]);
    expect(cellsOfLayout('b25d,80x24,0,0,5')).toEqual(['80x24,0,0']);
    expect(cellsOfLayout('tiled')).toBeNull();
  });

  test('is the same when only another pane is looked at', () => {
    const other = jsonLayout.replace('"l":2', '"l":0').replace('"a":true,', '').replaceAll('"%', '"%4');
    expect(lastingLayout(other)).toBe(lastingLayout(jsonLayout));
    expect(sizeOfLayout(lastingLayout(other))).toEqual({ columns: 200, rows: 50 });
    expect(lastingLayout('b25d,80x24,0,0,5')).toBe('b25d,80x24,0,0,5');
  });

  test.each([
    ['b25d,80x24,0,0,5', { columns: 80, rows: 24 }],
    [jsonLayout, { columns: 200, rows: 50 }],
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
    '{"V":2,"L":{"t":"p","w":0,"h":50}}',
    '{"V":2,"L":{"t":"p","w":80.5,"h":50}}',
    '{"V":2}',
    '{"V":2,"L":{"w":80,"h":24}',
  ])('is refused when it is none, or one that tmux would refuse: %j', (layout) => {
    expect(sizeOfLayout(layout)).toBeNull();
  });
});
