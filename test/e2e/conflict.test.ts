import { describe, expect, test } from 'vitest';
import { claudeIn, holdersOf, newConversation } from '../support/fake-claude.ts';
import { sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { actionFor, actionsOf, planOf } from '../support/plan-document.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { storedManifest, storedSession } from '../support/stored-record.ts';
import { sessionNames } from '../support/world.ts';

const lostId = 'c0f11c70-0000-4000-8000-000000000001';
const newId = 'c0f11c71-0000-4000-8000-000000000002';

describe('a lost conversation whose session name is live with another one', () => {
  test('is a conflict: it stays in the record, apply leaves it and names the command', () => {
    const { box } = inConflict();
    box.persist('save');
    expect(storedManifest(box).sessions.map(({ name, state }) => `${name} ${state}`)).toEqual(['ai live', 'ai gone']);

    const conflict = planOf(box).users[0]?.actions.find(({ action }) => action === 'conflict');
    expect(conflict).toMatchObject({ session: 'ai', conversation: { id: lostId }, pending: false });
    expect(box.persist('plan', '--exit-code').exitCode).toBe(0);

    const applied = box.persist('apply');
    expect(applied.exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['ai']);
    expect(claudeIn(box, '=ai:')).toEqual(['--session-id', newId]);

    const command = `tmux-persist apply ${box.user} --session ai`;
    expect(conflict?.command).toBe(command);
    expect(applied.stdout).toContain(command);
    const [, ...words] = command.split(' ');
    expect(box.persist(...words).exitCode).toBe(0);
    expect(holdersOf(box, lostId)).toBe(1);
  });

  test.each([
    ['restore of its user', (box: Sandbox) => ['restore', box.user]],
    ['the start of its id', () => ['apply', '--session', lostId.slice(0, 8)]],
    ['its whole id', () => ['apply', '--session', lostId]],
    ['--all', () => ['apply', '--all']],
  ])('comes back beside, named after the time it was last seen, with %s', (_, command) => {
    const { box, beside } = inConflict();
    expect(box.persist(...command(box)).exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['ai', beside]);
    expect(claudeIn(box, `=${beside}:`)).toEqual(['--resume', lostId]);
    expect(claudeIn(box, '=ai:')).toEqual(['--session-id', newId]);

    box.persist(...command(box));
    expect(sessionNames(box)).toEqual(['ai', beside]);
    expect(holdersOf(box, lostId)).toBe(1);
  });

  test('is left alone by a restore of everybody', () => {
    const { box } = inConflict();
    expect(box.persist('restore').exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['ai']);
  });

  test('is satisfied, and held, once it is live under another name', () => {
    const { box } = inConflict();
    newConversation(box, 'elsewhere', lostId);
    const hold = planOf(box).users[0]?.actions.find(({ action }) => action === 'hold');
    expect(hold).toMatchObject({ session: 'ai', reason: 'its conversation is live in elsewhere' });
    box.persist('restore', box.user);
    expect(sessionNames(box)).toEqual(['ai', 'elsewhere']);
    expect(holdersOf(box, lostId)).toBe(1);
  });
});

describe('a lost session whose name one has that has opted out', () => {
  test('comes back beside it, once', () => {
    const box = sandbox();
    box.tmux('new-session', '-d', '-s', 'notes');
    box.persist('save');
    box.killServer();
    box.tmux('new-session', '-d', '-s', 'notes');
    box.tmux('set-option', '-t', '=notes:', '@persist', 'off');

    expect(box.persist('apply', '--all')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('1 created') });
    const names = sessionNames(box);
    expect(names).toEqual(['notes', expect.stringMatching(/^notes-\d+$/)]);
    expect(box.persist('plan', '--all', '--exit-code')).toMatchObject({ exitCode: 0 });
    expect(box.persist('apply', '--all')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('0 created') });
    expect(sessionNames(box)).toEqual(names);
  });
});

describe('another server that the terminal started', () => {
  test('after a crash gets the lost plain sessions back, and a reconnected one is taken for the same', () => {
    const box = sandbox();
    for (const name of ['main', 'notes', 'tripit']) box.tmux('new-session', '-d', '-s', name, '-c', box.home);
    box.persist('save');
    box.killServer();
    box.tmux('new-session', '-d', '-s', 'main', '-c', box.home);
    box.persist('save');
    expect(actionsOf(planOf(box))).toEqual([
      'main: live',
      'notes: create (server-died)',
      'tripit: create (server-died)',
    ]);
    box.persist('apply');
    expect(sessionNames(box)).toEqual(['main', 'notes', 'tripit']);
  });

  test('after a single session ended with its server leaves it, because its user may have ended both', () => {
    const box = sandbox();
    box.tmux('new-session', '-d', '-s', 'old', '-c', box.home);
    box.persist('save');
    box.tmux('kill-server');
    // One that is about to end would still take the next client.
    waitUntil(() => box.serverCount() === 0, 'the end of the server');
    box.tmux('new-session', '-d', '-s', 'new', '-c', box.home);
    expect(actionFor(planOf(box), 'old')).toMatchObject({ action: 'hold', cause: 'server-stopped' });
    box.persist('restore');
    expect(sessionNames(box)).toEqual(['new', 'old']);
  });
});

/** Session `ai` lost its server, and a new server has a session `ai` with another conversation. */
function inConflict(): { readonly box: Sandbox; readonly beside: string } {
  const box = sandbox();
  newConversation(box, 'ai', lostId);
  box.persist('save');
  const seen = storedSession(box, 'ai').lastSeenAt;
  box.killServer();
  // It outlives its terminal by a moment, and holds its conversation until then.
  waitUntil(() => holdersOf(box, lostId) === 0, 'the end of the lost agent');
  box.persist('save');
  newConversation(box, 'ai', newId);
  // The sandbox has its clock in UTC.
  return { box, beside: `ai-${seen.slice(11, 13)}${seen.slice(14, 16)}` };
}

describe('a lost session of several windows whose name a terminal takes again at once', () => {
  test('is not back: it stays on record, is told, and comes back beside, once', () => {
    const box = sandbox();
    box.tmux('new-session', '-d', '-s', 'main');
    for (const index of [1, 5]) box.tmux('new-window', '-d', '-t', `=main:${index}`);
    box.tmux('new-session', '-d', '-s', 'other');
    box.persist('save');
    box.killServer();
    box.tmux('new-session', '-d', '-s', 'main');

    expect(actionsOf(planOf(box))).toContain('main: conflict (server-died)');
    box.persist('save');
    expect(
      storedManifest(box).sessions.map(({ name, state, windows }) => `${name} ${state} ${windows.length}`),
    ).toEqual(['main live 1', 'main gone 3', 'other gone 1']);
    for (const run of [1, 2]) {
      expect(box.persist('restore', box.user)).toMatchObject({ exitCode: 0 });
      const [, beside = '', ...more] = sessionNames(box);
      expect(more, `after run ${run}`).toEqual(['other']);
      expect(box.tmux('list-windows', '-t', `=${beside}`, '-F', '#{window_index}')).toBe('0\n1\n5\n');
    }
    expect(storedManifest(box).sessions.map(({ state }) => state)).toEqual(['live', 'live', 'live']);
  });

  test('is back where a fresh session is all that it was', () => {
    const box = sandbox();
    box.tmux('new-session', '-d', '-s', 'main');
    box.persist('save');
    box.killServer();
    box.tmux('new-session', '-d', '-s', 'main');
    box.persist('save');
    expect(storedManifest(box).sessions.map(({ name, state }) => `${name} ${state}`)).toEqual(['main live']);
  });
});
