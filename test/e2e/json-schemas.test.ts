import { describe, expect, test } from 'vitest';
import { claudeIn, newConversation } from '../support/fake-claude.ts';
import { sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { breachesOf } from '../support/printed-document.ts';
import { snapshotIds } from '../support/stored-record.ts';

const conversation = '5e1ec700-1111-4000-8000-000000000001';

describe('what --json prints is what its schema says', { timeout: 60_000 }, () => {
  test('after sessions came, were closed, renamed and forgotten, and before they come back', () => {
    const box = eventful();
    const commands = [
      ['plan'],
      ['plan', '--all'],
      ['status'],
      ['doctor'],
      ['history'],
      ['snapshots', box.user],
      ['show', box.user],
      ['diff', box.user],
      ['diff', box.user, snapshotIds(box).at(-1) ?? '', 'latest'],
      ['save'],
      ['apply', '--session', 'closed'],
      ['restore'],
      ['apply', '--all'],
      ['history'],
      ['status'],
      ['forget', box.user, 'talk'],
    ];
    const breaches = commands.flatMap((args) => {
      const { stdout } = box.persist(...args, '--json');
      return breachesOf(JSON.parse(stdout)).map((breach) => `${args.join(' ')}: ${breach}`);
    });
    expect(breaches).toEqual([]);
    expect(claudeIn(box, '=talk:')).toEqual(['--resume', conversation]);
  });

  test('where nothing was ever saved, where records are damaged, and where it is refused', () => {
    const box = sandbox();
    const commands = [
      ['plan'],
      ['status'],
      ['doctor'],
      ['history'],
      ['show', box.user],
      ['snapshots', box.user],
      ['aply'],
    ];
    const breaches = commands.flatMap((args) => breachesOf(JSON.parse(box.persist(...args, '--json').stdout)));
    expect(breaches).toEqual([]);
  });
});

test.each([
  [{ formatVersion: 1, kind: 'diff' }],
  [{ formatVersion: 2, kind: 'error', exitStatus: 2, errors: [{ message: 'x' }] }],
  [{ formatVersion: 1, kind: 'error', exitStatus: 2, unknown: null, errors: [] }],
  [{ formatVersion: 1, kind: 'unheard-of' }],
  [null],
])('%j is no document of ours', (document) => {
  expect(breachesOf(document)).not.toEqual([]);
});

/** Sessions with an agent, windows and panes, of which some were closed, forgotten or renamed, before all were lost. */
function eventful(): Sandbox {
  const box = sandbox();
  newConversation(box, 'talk', conversation);
  for (const name of ['closed', 'forgotten', 'work']) box.tmux('new-session', '-d', '-s', name, '-c', box.home);
  box.tmux('split-window', '-t', '=work:', '-c', '/usr');
  box.persist('save');
  box.tmux('kill-session', '-t', '=closed');
  box.tmux('kill-session', '-t', '=forgotten');
  box.persist('save');
  box.persist('forget', box.user, 'forgotten');
  box.tmux('rename-session', '-t', '=work', 'works');
  box.tmux('set-option', '-t', '=works:', '@colour', 'green');
  box.persist('save');
  box.killServer();
  return box;
}
