import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { claudeIn, newConversation } from '../support/fake-claude.ts';
import { binary, sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { sessionNames, stateFiles } from '../support/world.ts';

const firstId = '5e1ec700-1111-4000-8000-000000000001';
const secondId = '5e1ec700-2222-4000-8000-000000000002';

describe('the command that a plan names', () => {
  test('brings the session back when it is pasted, wherever the records and the servers of that plan are', () => {
    const box = crashed('notes', 'tripit');
    box.persist('forget', box.user, 'notes');
    const others = { TMUX_PERSIST_ROSTER: undefined, TMUX_PERSIST_STATE_DIR: undefined };
    const given = ['--roster', box.rosterPath, '--state-dir', box.stateDirectory, '--socket-name', 'default'];
    const { stdout: brief } = box.persistIn(others, 'plan', ...given);
    expect(brief).toContain('1 held: forgotten');
    const { stdout } = pasted(box, others, /tmux-persist plan .*$/m.exec(brief)?.[0] ?? '');
    const command = /tmux-persist apply .*$/m.exec(stdout)?.[0] ?? '';
    const { users } = JSON.parse(box.persistIn(others, 'plan', '--json', ...given).stdout);
    expect(users[0].actions.map((action: { command: string | null }) => action.command)).toContain(command);

    expect(pasted(box, others, command)).toMatchObject({ status: 0, stderr: '' });
    expect(sessionNames(box)).toEqual(['notes']);
  });
});

describe('--session', () => {
  test('that matches nothing is refused with what was probably meant, and nothing is done', () => {
    const box = crashed('notes', 'tripit');
    const files = stateFiles(box);
    const refused = box.persist('apply', '--session', 'notse');
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toBe('tmux-persist: --session "notse" matches no session; did you mean "notes"?\n');
    expect(sessionNames(box)).toEqual([]);
    expect(stateFiles(box)).toEqual(files);
  });

  test('is refused as a whole when one of several matches nothing', () => {
    const box = crashed('notes', 'tripit');
    expect(box.persist('apply', '--session', 'notes', '--session', 'unheard').exitCode).toBe(2);
    expect(sessionNames(box)).toEqual([]);
  });

  test('that means a session which another one means already brings it back once', () => {
    const box = sandbox();
    newConversation(box, 'one', firstId);
    box.persist('save');
    box.killServer();
    expect(box.persist('apply', '--session', 'one', '--session', firstId.slice(0, 13))).toMatchObject({ exitCode: 0 });
    expect(sessionNames(box)).toEqual(['one']);
  });

  test('of a session that is held says why and is refused', () => {
    const box = crashed('notes', 'scratch-1');
    writeFileSync(box.rosterPath, `users:\n  ${box.user}:\n    persist: { exclude: [scratch-*] }\n`);
    for (const command of ['plan', 'apply']) {
      expect(box.persist(command, '--session', 'scratch-1')).toEqual({
        exitCode: 2,
        stdout: '',
        stderr: `tmux-persist: scratch-1 of ${box.user} stays away: the roster excludes its name\n`,
      });
    }
    writeFileSync(box.rosterPath, `users:\n  ${box.user}: { parked: true }\n`);
    const parked = box.persist('apply', '--session', 'notes');
    expect(parked).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('its user is parked') });
    expect(sessionNames(box)).toEqual([]);
  });

  test('that could mean two conversations is refused with both, and a longer start of one is taken', () => {
    const box = sandbox();
    newConversation(box, 'one', firstId);
    newConversation(box, 'two', secondId);
    box.persist('save');
    box.killServer();

    const refused = box.persist('apply', '--session', '5e1ec700');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(`${firstId}, ${secondId}`);
    expect(sessionNames(box)).toEqual([]);

    expect(box.persist('apply', '--session', '5e1ec700-2').exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['two']);
  });

  test('that names two lost sessions is refused with their conversations, and each id means its own', () => {
    const box = sandbox();
    for (const id of [firstId, secondId]) {
      newConversation(box, 'ai', id);
      box.persist('save');
      box.killServer();
      box.persist('save');
    }
    const refused = box.persist('apply', '--session', 'ai');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(`ai (${firstId})`);
    expect(refused.stderr).toContain(`ai (${secondId})`);
    expect(sessionNames(box)).toEqual([]);

    expect(box.persist('apply', '--session', firstId).exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['ai']);
    expect(claudeIn(box, '=ai:')).toEqual(['--resume', firstId]);
  });

  test('takes no start of an id that is shorter than eight characters', () => {
    const box = sandbox();
    newConversation(box, 'ai', firstId);
    box.persist('save');
    box.killServer();
    expect(box.persist('apply', '--session', '3f36c85').exitCode).toBe(2);
    expect(sessionNames(box)).toEqual([]);
  });

  test('means the exact name where another name starts with it, whichever of the two is live', () => {
    const box = crashed('api', 'api-server');
    expect(box.persist('apply', '--session', 'api').exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['api']);

    box.tmux('kill-session', '-t', '=api');
    expect(box.persist('apply', '--session', 'api-server').exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['api-server']);
    expect(box.persist('apply', '--session', 'api').exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['api', 'api-server']);
  });
});

describe('--include', () => {
  test.each([
    ['closd', 'did you mean closed?'],
    ['forgotten', 'comes back only by --session'],
    ['whatever', 'causes are reboot, server-died, killed'],
  ])('refuses %s and says: %s', (cause, words) => {
    const refused = sandbox().persist('apply', '--include', cause);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(words);
  });
});

/** Plain sessions that were saved and then lost with their server. */
function crashed(...names: readonly string[]): Sandbox {
  const box = sandbox();
  for (const name of names) box.tmux('new-session', '-d', '-s', name, '-c', box.home);
  box.persist('save');
  box.killServer();
  return box;
}

/** What a printed command does when somebody pastes it into a shell, wherever that is. */
function pasted(box: Sandbox, others: Record<string, string | undefined>, command: string) {
  const script = `tmux-persist() { ${process.execPath} ${binary} "$@"; }; ${command}`;
  return spawnSync('bash', ['-c', script], { env: { ...box.env, ...others }, encoding: 'utf8', cwd: '/' });
}
