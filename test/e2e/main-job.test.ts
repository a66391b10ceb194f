import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { claudeCommand, claudeIn, newConversation } from '../support/fake-claude.ts';
import { sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { actionFor, actionsOf, planOf } from '../support/plan-document.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { snapshotIds } from '../support/stored-record.ts';
import { panes, panesInPlace } from '../support/world.ts';

const coolingId = '3f36c85e-0000-4000-8000-000000000001';
const tripitId = '7a2be1f0-0000-4000-8000-000000000002';

describe('save, SIGKILL of the server, plan, apply', () => {
  test('brings every session, window, pane, directory and conversation back, and then has nothing left to do', () => {
    const box = sandbox();
    startWork(box);
    // A pane is in the server's own directory, /, until its process has changed to its own.
    const before = panesInPlace(box);

    expect(box.persist('save')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/: saved \d{8}T\d{6}, 3 live\n$/),
    });
    box.killServer();
    expect(box.persist('plan', '--exit-code').exitCode).toBe(3);
    const applied = box.persist('apply');
    expect(applied).toMatchObject({ exitCode: 0, stderr: '' });
    expect(applied.stdout).toContain('Applied: 3 created, 0 failed; 0 held, 0 live.\n');

    expect(panesInPlace(box).map(withoutAutomaticName)).toEqual(before.map(withoutAutomaticName));
    expect(claudeIn(box, '=R730-cooling:0.0')).toEqual(['--resume', coolingId]);
    expect(claudeIn(box, '=work:2.1')).toEqual(['--resume', tripitId]);
    expect(claudeIn(box, '=notes:0.0')).toBeNull();
    expect(box.tmux('list-windows', '-t', '=work', '-F', '#{window_index} #{window_active}')).toBe('0 0\n2 1\n5 0\n');

    expect(box.persist('plan', '--exit-code')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/Plan: nothing to do\.\n$/),
    });
  });

  test('shows what would be done as a table, in the exact shape that is documented', () => {
    const box = sandbox();
    newConversation(box, 'R730-cooling', coolingId, box.directory('code/infra'));
    box.tmux('new-session', '-d', '-s', 'notes', '-c', box.directory('code'));
    box.tmux('new-session', '-d', '-s', 'scratch', '-c', box.home);
    box.persist('save');
    box.tmux('kill-session', '-t', '=scratch');
    box.persist('save');
    box.killServer();

    const { stdout, stderr } = box.persist('plan');
    expect(stderr).toBe('');
    expect(stdout.replaceAll(/\b\d\d:\d\d\b/g, 'HH:MM')).toBe(
      [
        `${box.user}    tmux: no server (died HH:MM)   snapshot ${snapshotIds(box)[0]}`,
        '  + R730-cooling   ~/code/infra   claude 3f36c85e',
        '  + notes          ~/code         shell',
        `  · 1 held: closed   tmux-persist plan ${box.user} --held`,
        'Plan: 2 to create (+).',
        '',
      ].join('\n'),
    );
  });

  test('plans as JSON that follows its schema and says of every session what, where and why', () => {
    const box = sandbox();
    startWork(box);
    box.persist('save');
    const saved = snapshotIds(box)[0];
    box.killServer();

    const plan = planOf(box);
    expect(plan).toMatchObject({
      roster: { path: box.rosterPath, users: 1 },
      summary: { create: 3, resume: 0, conflict: 0, hold: 0, live: 0, units: 0 },
      pending: true,
      complete: true,
      users: [{ user: box.user, observation: 'absent', reason: null, snapshot: saved }],
    });
    expect(actionFor(plan, 'R730-cooling')).toMatchObject({
      action: 'create',
      as: 'R730-cooling',
      cwd: join(box.home, 'code/infra'),
      conversation: { agent: 'claude', id: coolingId },
      cause: 'server-died',
      reason: 'its tmux server died',
    });
    expect(actionFor(plan, 'notes').conversation).toBeNull();
  });

  test('apply once more changes nothing, and the save after it finds nothing new', () => {
    const box = sandbox();
    startWork(box);
    box.persist('save');
    box.killServer();
    box.persist('apply');
    const server = box.serverPid();
    const [before, stored] = [panesInPlace(box), snapshotIds(box)];

    expect(box.persist('apply')).toMatchObject({
      exitCode: 0,
      stdout: 'Applied: 0 created, 0 failed; 0 held, 3 live.\n',
    });
    expect(box.serverPid()).toBe(server);
    expect(panesInPlace(box)).toEqual(before);
    expect(box.persist('save').stdout).toBe(`${box.user}: unchanged, 3 live\n`);
    expect(snapshotIds(box)).toEqual(stored);
  });

  test('plan and status change nothing: no server is started, and no file is written', () => {
    const box = sandbox();
    expect(actionsOf(planOf(box))).toEqual([]);
    expect(box.persist('status').exitCode).toBe(0);
    expect(existsSync(box.stateDirectory)).toBe(false);
    expect(existsSync(box.socketPath)).toBe(false);
  });
});

describe('a restored session', () => {
  test('shares the windows of another one, where it did', () => {
    const box = sandbox();
    box.tmux('new-session', '-d', '-s', 'owner', '-n', 'edit', '-c', box.directory('code'));
    box.tmux('new-session', '-d', '-s', 'twin', '-t', '=owner');
    box.tmux('new-window', '-d', '-t', '=owner:', '-n', 'tests', '-c', box.home);
    const before = panesInPlace(box);
    box.persist('save');
    box.killServer();
    expect(box.persist('apply').stdout).toContain('Applied: 2 created, 0 failed;');
    expect(panesInPlace(box)).toEqual(before);
    box.tmux('new-window', '-d', '-t', '=owner:', '-n', 'shared');
    expect(
      panes(box)
        .filter(({ windowName }) => windowName === 'shared')
        .map(({ session }) => session),
    ).toEqual(['owner', 'twin']);
  });

  test('shows the window that it showed, though another of its group shows another', () => {
    const box = sandbox();
    box.tmux('new-session', '-d', '-s', 'owner', '-n', 'edit');
    box.tmux('new-window', '-d', '-t', '=owner:5', '-n', 'tests');
    box.tmux('new-session', '-d', '-s', 'twin', '-t', '=owner');
    box.tmux('select-window', '-t', '=twin:5');
    box.tmux('select-window', '-t', '=owner:0');
    const shown = () =>
      box.tmux('list-windows', '-a', '-f', '#{window_active}', '-F', '#{session_name} #{window_name}');
    const before = shown();
    box.persist('save');
    box.killServer();
    expect(box.persist('apply').stdout).toContain('Applied: 2 created, 0 failed;');
    expect(shown()).toBe(before);
  });

  test('keeps the indices of its windows, whatever its user has set for new ones', () => {
    const box = sandbox();
    box.tmux('new-session', '-d', '-s', 'work', '-n', 'edit', '-c', box.home);
    box.tmux('new-window', '-d', '-t', '=work:7', '-n', 'tests', '-c', box.directory('code'));
    box.tmux('split-window', '-d', '-t', '=work:7', '-c', box.home);
    const before = panesInPlace(box);
    box.persist('save');
    box.killServer();
    // The server that apply starts reads it; the one that the test started does not.
    writeFileSync(join(box.home, '.tmux.conf'), 'set -g base-index 1\nset -gw pane-base-index 1\n');
    expect(box.persist('apply').exitCode).toBe(0);
    expect(panesInPlace(box)).toEqual(before.map((fact) => ({ ...fact, pane: fact.pane + 1 })));
    expect(box.persist('plan', '--exit-code').exitCode).toBe(0);
  });

  test('that cannot be created is failed, and exit status 1, and the others come back all the same', () => {
    const box = sandbox();
    box.tmux('new-session', '-d', '-s', 'notes', '-c', box.home);
    // tmux takes any bytes for a name; those that are not UTF-8 cannot be given to it again.
    execFileSync('bash', ['-c', String.raw`tmux -u new-session -d -s $'bytes \xff' -c "$HOME"`], {
      env: { ...box.env },
    });
    box.persist('save');
    box.killServer();

    const applied = box.persist('apply', '--json');
    expect(applied.exitCode).toBe(1);
    expect(JSON.parse(applied.stdout)).toMatchObject({
      summary: { created: 1, failed: 1 },
      users: [
        {
          actions: [{ outcome: 'failed', message: expect.stringContaining('not valid UTF-8') }, { outcome: 'created' }],
        },
      ],
    });
    expect(panes(box).map(({ session }) => session)).toEqual(['notes']);
  });
});

describe('a restored conversation', () => {
  test('leaves a working shell in its pane when its agent ends', () => {
    const box = sandbox();
    newConversation(box, 'ai', coolingId, box.directory('code'));
    box.persist('save');
    box.killServer();
    box.persist('apply');
    expect(claudeIn(box, '=ai:')).toEqual(['--resume', coolingId]);

    box.tmux('send-keys', '-t', '=ai:', 'exit', 'Enter');
    waitUntil(() => claudeIn(box, '=ai:') === null, 'the end of the agent');
    box.tmux('send-keys', '-t', '=ai:', 'echo left > answer', 'Enter');
    waitUntil(() => existsSync(join(box.home, 'code/answer')), 'an answer of the shell');
    expect(panes(box)).toHaveLength(1);
  });
});

/** A conversation, a plain session, and a session of three windows with a conversation in one of the three panes of its second. */
function startWork(box: Sandbox): void {
  const [infra, tripit] = [box.directory('code/infra'), box.directory('code/tripit')];
  newConversation(box, 'R730-cooling', coolingId, infra);
  box.tmux('new-session', '-d', '-s', 'notes', '-c', box.directory('notes'));
  box.tmux('new-session', '-d', '-s', 'work', '-n', 'edit', '-x', '120', '-y', '40', '-c', box.home);
  box.tmux('new-window', '-d', '-t', '=work:2', '-n', 'tests', '-c', tripit);
  box.tmux('split-window', '-d', '-t', '=work:2', '-c', infra, ...claudeCommand(box, tripitId));
  box.tmux('split-window', '-d', '-h', '-t', '=work:2.1', '-c', join(box.home, 'notes'));
  box.tmux('new-window', '-d', '-t', '=work:5', '-c', infra);
  box.tmux('select-window', '-t', '=work:2');
  waitUntil(() => claudeIn(box, '=work:2.1') !== null, 'a conversation in a pane');
}

/** tmux names a window after its command where nobody gave it a name. */
function withoutAutomaticName<Fact extends { readonly windowName: string }>(fact: Fact): Fact {
  return { ...fact, windowName: ['edit', 'tests'].includes(fact.windowName) ? fact.windowName : '' };
}
