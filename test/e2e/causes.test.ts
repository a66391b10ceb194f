import { describe, expect, test } from 'vitest';
import { claudeIn, newConversation } from '../support/fake-claude.ts';
import { rosterOfSelf, sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { actionFor, actionsOf, planOf } from '../support/plan-document.ts';
import { waitUntil } from '../support/private-tmux.ts';
import {
  countOneOomKill,
  moveToEarlierBoot,
  moveToEarlierStart,
  snapshotIds,
  storedManifest,
  storedSession,
  withoutStartOfInit,
} from '../support/stored-record.ts';
import { sessionNames } from '../support/world.ts';

const conversationId = 'ca05e500-0000-4000-8000-000000000001';

describe('a server that was killed', () => {
  test('is server-died, and its sessions come back by themselves', () => {
    const box = withSessions('notes', 'tripit');
    box.killServer();
    expect(actionsOf(planOf(box))).toEqual(['notes: create (server-died)', 'tripit: create (server-died)']);
    expect(box.persist('apply').exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['notes', 'tripit']);
  });

  test('is server-died also when another server with a session of another name runs since', () => {
    const box = withSessions('notes', 'tripit');
    box.killServer();
    box.tmux('new-session', '-d', '-s', 'fresh', '-c', box.home);
    box.persist('save');
    expect(storedSession(box, 'tripit')).toMatchObject({ state: 'gone', cause: 'server-died' });

    box.persist('apply');
    expect(sessionNames(box)).toEqual(['fresh', 'notes', 'tripit']);
  });

  test('loses nothing when a save happens to see it dead', () => {
    const box = withSessions('notes', 'tripit');
    box.killServer();
    expect(box.persist('save').stdout).toMatch(/, 0 live, 2 gone\n$/);
    expect(actionsOf(planOf(box))).toEqual(['notes: create (server-died)', 'tripit: create (server-died)']);
  });
});

describe('a session that a person closed', () => {
  test('stays closed on apply and restore, and the plan names the command that brings it back', () => {
    const box = withSessions('notes', 'scratch');
    box.tmux('kill-session', '-t', '=scratch');

    const hold = actionFor(planOf(box), 'scratch');
    expect(hold).toMatchObject({ action: 'hold', cause: 'closed', pending: false });
    expect(hold.command).toBe(`tmux-persist apply ${box.user} --session scratch`);
    expect(box.persist('plan', '--exit-code').exitCode).toBe(0);
    for (const command of [['apply'], ['restore'], ['restore', box.user]]) {
      expect(box.persist(...command).exitCode).toBe(0);
      expect(sessionNames(box)).toEqual(['notes']);
    }
  });

  test.each([
    ['by its name', ['--session', 'scratch']],
    ['by its cause', ['--include', 'closed']],
    ['with everything', ['--all']],
  ])('comes back %s', (_, selection) => {
    const box = withSessions('notes', 'scratch');
    box.tmux('kill-session', '-t', '=scratch');
    expect(box.persist('apply', ...selection).exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['notes', 'scratch']);
    expect(box.persist('plan', '--exit-code').exitCode).toBe(0);
    expect(storedSession(box, 'scratch').state).toBe('live');
  });

  test('comes back by itself where the roster says so', () => {
    const box = sandbox({ roster: rosterOfSelf('persist: { restore: { closed: automatic } }\n') });
    startSessions(box, 'notes', 'scratch');
    box.tmux('kill-session', '-t', '=scratch');
    box.persist('apply');
    expect(sessionNames(box)).toEqual(['notes', 'scratch']);
  });
});

describe('a session that vanished while the kernel killed for lack of memory', () => {
  test('is killed, and comes back by itself', () => {
    const box = withSessions('hungry', 'notes');
    countOneOomKill(box);
    box.tmux('kill-session', '-t', '=hungry');
    expect(actionsOf(planOf(box))).toEqual(['hungry: create (killed)', 'notes: live']);
    box.persist('apply');
    expect(sessionNames(box)).toEqual(['hungry', 'notes']);
  });
});

describe('a server that was stopped in an orderly way', () => {
  test('is server-stopped: apply leaves it, restore brings its sessions back', () => {
    const box = withSessions('notes', 'tripit');
    box.stopServer();
    expect(actionsOf(planOf(box))).toEqual(['notes: hold (server-stopped)', 'tripit: hold (server-stopped)']);
    expect(box.persist('apply').exitCode).toBe(0);
    expect(sessionNames(box)).toEqual([]);

    expect(box.persist('restore').exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['notes', 'tripit']);
  });

  test('loses nothing where tmux leaves its socket as if it had been killed (Debian, 3.3a)', () => {
    const box = withSessions('notes', 'tripit');
    box.tmux('kill-server');
    for (const name of ['notes', 'tripit']) {
      expect(['server-stopped', 'server-died']).toContain(actionFor(planOf(box), name).cause);
    }
    expect(box.persist('restore').exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['notes', 'tripit']);
  });

  test('gives back the one session that is named, and no other', () => {
    const box = withSessions('notes', 'tripit');
    box.stopServer();
    expect(box.persist('apply', '--session', 'tripit').exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['tripit']);
  });

  test('is a reboot when the host booted right after it, because a shutdown stops servers in an orderly way', () => {
    const box = withSessions('notes', 'tripit');
    box.stopServer();
    box.persist('save');
    moveToEarlierBoot(box);
    expect(actionsOf(planOf(box))).toEqual(['notes: create (reboot)', 'tripit: create (reboot)']);
  });
});

describe('a reboot', () => {
  test('brings every session back with its conversation', () => {
    const box = sandbox();
    newConversation(box, 'ai', conversationId);
    startSessions(box, 'notes');
    // After a boot no server runs, and /tmp with its sockets is empty.
    box.stopServer();
    moveToEarlierBoot(box);

    expect(actionsOf(planOf(box))).toEqual(['ai: create (reboot)', 'notes: create (reboot)']);
    expect(box.persist('apply').exitCode).toBe(0);
    expect(claudeIn(box, '=ai:')).toEqual(['--resume', conversationId]);
    expect(sessionNames(box)).toEqual(['ai', 'notes']);
  });
});

describe('a boot', () => {
  test('is a start of PID 1, too, as in a container that keeps its boot id', () => {
    const box = withSessions('notes');
    box.killServer();
    moveToEarlierStart(box);
    expect(actionsOf(planOf(box))).toEqual(['notes: create (reboot)']);
  });

  test('is told by its id alone from a record of an earlier version, which is brought up to date once', () => {
    const box = withSessions('notes');
    withoutStartOfInit(box);
    box.persist('save');
    const ids = snapshotIds(box);
    expect(storedManifest(box).initStartTime).toMatch(/^\d+$/);
    box.persist('save');
    expect(snapshotIds(box)).toEqual(ids);
    withoutStartOfInit(box);
    box.killServer();
    expect(actionsOf(planOf(box))).toEqual(['notes: create (server-died)']);
  });
});

describe('what a person does to a session', () => {
  test('a rename is followed: nothing is gone, and the new name comes back', () => {
    const box = withSessions('draft', 'notes');
    box.tmux('rename-session', '-t', '=draft', 'final');
    box.persist('save');
    expect(storedManifest(box).sessions.map((entry) => `${entry.name} ${entry.state}`)).toEqual([
      'final live',
      'notes live',
    ]);
    box.killServer();
    box.persist('apply');
    expect(sessionNames(box)).toEqual(['final', 'notes']);
  });

  test('a session with @persist off is not recorded, and one that was recorded before does not come back', () => {
    const box = withSessions('notes', 'secret');
    box.tmux('set-option', '-t', '=secret:', '@persist', 'off');
    box.tmux('new-session', '-d', '-s', 'never', '-c', box.home);
    box.tmux('set-option', '-t', '=never:', '@persist', 'off');
    box.persist('save');
    expect(storedManifest(box).sessions.map((entry) => entry.name)).not.toContain('never');
    expect(storedSession(box, 'secret')).toMatchObject({ state: 'gone', cause: 'forgotten' });

    box.killServer();
    box.persist('apply', '--all');
    expect(sessionNames(box)).toEqual(['notes']);
  });

  test('forget is kept to by everything but the name itself', () => {
    const box = withSessions('notes', 'old');
    box.tmux('kill-session', '-t', '=old');
    expect(box.persist('forget', box.user, 'old')).toMatchObject({
      exitCode: 0,
      stdout: `${box.user}: forgot old\n`,
    });
    for (const selection of [[], ['--all'], ['--include', 'closed']]) {
      expect(box.persist('apply', ...selection).exitCode).toBe(0);
      expect(sessionNames(box)).toEqual(['notes']);
    }
    expect(box.persist('apply', '--session', 'old').exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['notes', 'old']);
  });

  test('forget refuses a running session and one that nobody knows, and then does nothing', () => {
    const box = withSessions('notes', 'old');
    box.tmux('kill-session', '-t', '=old');
    const refused = box.persist('forget', box.user, 'old', 'notes', 'unheard');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('"notes" is running');
    expect(refused.stderr).toContain('"unheard" matches no session');
    expect(actionFor(planOf(box), 'old').cause).toBe('closed');
  });
});

describe('a conversation that ended while its session lived', () => {
  test('is not started again by itself, and its session is a shell', () => {
    const box = sandbox();
    newConversation(box, 'ai', conversationId);
    box.persist('save');
    box.killServer();
    box.persist('apply');
    box.tmux('send-keys', '-t', '=ai:', 'exit', 'Enter');
    waitUntil(() => claudeIn(box, '=ai:') === null, 'the end of the agent');
    box.persist('save');
    box.killServer();
    box.persist('apply');
    expect(sessionNames(box)).toEqual(['ai']);
    expect(claudeIn(box, '=ai:')).toBeNull();
  });
});

function withSessions(...names: readonly string[]): Sandbox {
  const box = sandbox();
  startSessions(box, ...names);
  return box;
}

/** Starts plain sessions and records them. */
function startSessions(box: Sandbox, ...names: readonly string[]): void {
  for (const name of names) box.tmux('new-session', '-d', '-s', name, '-c', box.home);
  box.persist('save');
}
