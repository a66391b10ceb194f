import { appendFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { claudeCommand, claudeIn, holdersOf, newConversation, writeTranscript } from '../support/fake-claude.ts';
import { sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { actionFor, planOf } from '../support/plan-document.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { storedSession } from '../support/stored-record.ts';

const id = '2e503e00-1111-4222-8333-444455556666';
const other = '2e503e01-1111-4222-8333-444455556666';

describe('a conversation that ended while its session lived', () => {
  test('is offered, and brought back in its place when it is named; its shell lives on untouched', () => {
    const box = sandbox();
    const { pane, pid } = endedIn(box, 'notes');
    const layout = told(box, '=notes:', '#{window_layout}');
    box.tmux('send-keys', '-t', pane, `touch ${box.home}/ran`);
    waitUntil(() => box.tmux('capture-pane', '-p', '-t', pane).includes('/ran'), 'the half-typed line');

    const offer = actionFor(planOf(box), 'notes');
    expect(offer).toMatchObject({ action: 'live', pending: false, conversation: { agent: 'claude', id } });
    expect(offer.command).toBe(`tmux-persist apply ${box.user} --session 2e503e00`);
    expect(box.persist('apply').stdout).toContain('Applied: 0 created, 0 failed; 0 held, 1 live.');
    expect(holdersOf(box, id)).toBe(0);
    expect(actionFor(planOf(box, '--session', '2e503e00'), 'notes')).toMatchObject({ action: 'resume', pending: true });

    const applied = box.persist('apply', '--session', '2e503e00');

    expect(applied).toMatchObject({ exitCode: 0 });
    expect(applied.stdout).toContain('resumed notes in ~/code, claude 2e503e00; its shell is in window 1 now\n');
    expect(claudeIn(box, '=notes:0.0')).toEqual(['--resume', id]);
    expect(paneSides(box, '=notes:0')).toBe(2);
    expect(shapeOf(told(box, '=notes:0', '#{window_layout}'))).toBe(shapeOf(layout));
    expect(told(box, pane, '#{window_index} #{pane_pid} #{pane_current_path}')).toBe(`1 ${pid} ${box.home}/code`);
    expect(existsSync(join(box.home, 'ran'))).toBe(false);

    const again = box.persist('apply', '--session', '2e503e00');
    expect(again).toMatchObject({ exitCode: 0 });
    expect(again.stdout).toContain('Applied: 0 created, 0 failed; 0 held, 1 live.');
    expect(holdersOf(box, id)).toBe(1);
    expect(actionFor(planOf(box), 'notes')).toMatchObject({ action: 'live', command: null, conversation: { id } });
    // The line that was half typed is whole, and runs, only by the person's own Enter.
    box.tmux('send-keys', '-t', pane, 'Enter');
    waitUntil(() => existsSync(join(box.home, 'ran')), 'the line to run');
  });

  test('is brought back as often as it ends, whatever its pane still shows of its last end', () => {
    const box = sandbox();
    newConversation(box, 'notes', id, box.directory('code'));
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    box.killServer();
    expect(box.persist('apply')).toMatchObject({ exitCode: 0 });
    // So that the first looks find only what the pane shows of the end before.
    appendFileSync(join(box.home, '.profile'), 'test -z "$BASH_EXECUTION_STRING" || sleep 1\n');
    for (const window of ['1', '2']) {
      box.tmux('send-keys', '-t', '=notes:0.0', 'exit', 'Enter');
      const line = '[tmux-persist] claude ended (exit status 0); to resume: ';
      waitUntil(() => box.tmux('capture-pane', '-p', '-J', '-t', '=notes:0.0').includes(line), 'the word of its end');
      expect(box.persist('save')).toMatchObject({ exitCode: 0 });

      const { stdout } = box.persist('apply', '--session', 'notes');

      expect(stdout).toContain(`resumed notes in ~/code, claude 2e503e00; its shell is in window ${window} now\n`);
      expect(claudeIn(box, '=notes:0.0')).toEqual(['--resume', id]);
      expect(holdersOf(box, id)).toBe(1);
    }
  });

  test('is left alone while something runs in its pane', () => {
    const box = sandbox();
    const { pane } = endedIn(box, 'notes');
    box.tmux('send-keys', '-t', pane, 'sleep 1000', 'Enter');
    waitUntil(() => told(box, pane, '#{pane_current_command}') === 'sleep', 'a busy pane');

    expect(actionFor(planOf(box, '--session', 'notes'), 'notes')).toMatchObject({
      action: 'live',
      command: null,
      reason: 'it is running; claude 2e503e00 has ended in it, but its pane is not at an idle shell',
    });
    const applied = box.persist('apply', '--session', 'notes');
    expect(applied).toMatchObject({ exitCode: 0 });
    expect(applied.stdout).toContain(
      'already live notes: it is running; claude 2e503e00 has ended in it, but its pane is not at an idle shell\n',
    );
    expect(holdersOf(box, id)).toBe(0);
    expect(told(box, pane, '#{pane_current_command}')).toBe('sleep');
  });

  test('fails with the reason when its transcript is gone, and nothing is started', () => {
    const box = sandbox();
    endedIn(box, 'notes');
    const before = box.tmux('list-panes', '-a');
    rmSync(join(box.home, '.claude/projects'), { recursive: true });

    const applied = box.persist('apply', '--session', 'notes');

    expect(applied.exitCode).toBe(1);
    expect(applied.stdout).toMatch(/failed notes: claude 2e503e00 cannot be resumed: .*transcript/);
    expect(box.tmux('list-panes', '-a')).toBe(before);
  });

  test('fails with the reason when its directory is gone', () => {
    const box = sandbox();
    endedIn(box, 'notes');
    const before = box.tmux('list-panes', '-a');
    rmSync(join(box.home, 'code'), { recursive: true });

    const applied = box.persist('apply', '--session', 'notes');

    expect(applied.exitCode).toBe(1);
    expect(applied.stdout).toMatch(/failed notes: .*code .*cannot be entered/);
    expect(box.tmux('list-panes', '-a')).toBe(before);
  });
});

describe('a conversation whose pane went while its session lived', () => {
  test('is recorded as ended, and comes back in a window of its own when it is named', () => {
    const box = sandbox();
    newConversation(box, 'notes', other, box.directory('code'));
    const cwd = box.directory('code', 'api');
    box.tmux('new-window', '-d', '-t', '=notes:4', '-n', 'agent', '-c', cwd, ...claudeCommand(box, id));
    waitUntil(() => holdersOf(box, id) === 1, 'the second conversation');
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });

    process.kill(Number(told(box, '=notes:4', '#{pane_pid}')), 'SIGKILL');
    waitUntil(() => windowsOf(box, 'notes') === '0', 'the end of the window');
    expect(box.persist('save').stdout).toContain('saved');
    expect(box.persist('show', box.user).stdout).toMatch(/pane gone +\S+\/api +claude 2e503e00 \(ended\)/);
    expect(actionFor(planOf(box), 'notes')).toMatchObject({
      action: 'live',
      command: `tmux-persist apply ${box.user} --session 2e503e00`,
    });
    expect(box.persist('apply').stdout).toContain('Applied: 0 created, 0 failed; 0 held, 1 live.');

    const applied = box.persist('apply', '--session', '2e503e00');

    expect(applied).toMatchObject({ exitCode: 0 });
    expect(applied.stdout).toContain('it runs in window 1, for its pane is gone\n');
    expect(claudeIn(box, '=notes:1.0')).toEqual(['--resume', id]);
    expect(told(box, '=notes:1.0', '#{window_name} #{pane_current_path}')).toBe(`agent ${cwd}`);
    expect(holdersOf(box, other)).toBe(1);
    expect(storedSession(box, 'notes').gonePanes).toEqual([]);
  });

  test('is recorded as ended though its session was saved only after another pane had moved', () => {
    const box = sandbox();
    newConversation(box, 'notes', id, box.home);
    box.tmux('new-session', '-d', '-s', 'other');
    box.tmux('split-window', '-t', '=notes:');
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    const pane = told(box, '=notes:0.0', '#{pane_id}');
    box.tmux('send-keys', '-t', pane, 'exit', 'Enter');
    waitUntil(() => holdersOf(box, id) === 0, 'its end');
    waitUntil(() => box.tmux('list-panes', '-t', '=notes:').trim().split('\n').length === 1, 'the end of its pane');
    box.tmux('join-pane', '-d', '-s', '=other:', '-t', '=notes:');
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    expect(storedSession(box, 'notes').gonePanes).toMatchObject([{ conversation: { id, ended: { killed: false } } }]);
  });
});

describe('a pane that was kept when its program ended', () => {
  test('is the place in which its conversation comes back when it is named', () => {
    const box = sandbox();
    const cwd = box.directory('code');
    box.tmux('new-session', '-d', '-s', 'notes', '-c', cwd);
    box.tmux('set-option', '-w', '-t', '=notes:', 'remain-on-exit', 'on');
    box.tmux('respawn-pane', '-k', '-c', cwd, '-t', '=notes:', ...claudeCommand(box, id));
    waitUntil(() => holdersOf(box, id) === 1, 'a conversation');
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    process.kill(Number(told(box, '=notes:', '#{pane_pid}')), 'SIGKILL');
    waitUntil(() => told(box, '=notes:', '#{pane_dead}') === '1', 'a dead pane');
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });

    const applied = box.persist('apply', '--session', id);

    expect(applied).toMatchObject({ exitCode: 0 });
    expect(claudeIn(box, '=notes:0.0')).toEqual(['--resume', id]);
    expect(told(box, '=notes:1', '#{pane_dead}')).toBe('1');
  });

  test('has the conversation of its stamp where no save saw it run', () => {
    const box = sandbox();
    const cwd = box.directory('code');
    box.tmux('new-session', '-d', '-s', 'notes', '-c', cwd);
    writeTranscript(box, id, cwd);
    const transcript = join(box.home, '.claude/projects', cwd.replaceAll(/[^A-Za-z0-9]/g, '-'), `${id}.jsonl`);
    box.tmux('set-option', '-t', '=notes:', '@claude_transcript', transcript);
    box.tmux('set-option', '-w', '-t', '=notes:', 'remain-on-exit', 'on');
    box.tmux('respawn-pane', '-k', '-c', cwd, '-t', '=notes:', '--', '/bin/false');
    waitUntil(() => told(box, '=notes:', '#{pane_dead}') === '1', 'a dead pane');
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    expect(box.persist('save').stdout).toContain('unchanged');

    expect(box.persist('apply', '--session', id)).toMatchObject({ exitCode: 0 });
    expect(claudeIn(box, '=notes:0.0')).toEqual(['--resume', id]);
  });
});

describe('a conversation that is asked for by its id and cannot be resumed in its session', () => {
  test('is refused with the reason, and nothing is done', () => {
    const box = sandbox();
    const { pane } = endedIn(box, 'notes');
    box.tmux('send-keys', '-t', pane, 'sleep 1000', 'Enter');
    waitUntil(() => told(box, pane, '#{pane_current_command}') === 'sleep', 'a busy pane');
    const applied = box.persist('apply', '--session', id);
    expect(applied).toMatchObject({ exitCode: 2 });
    expect(applied.stderr).toContain('but its pane is not at an idle shell');
    expect(holdersOf(box, id)).toBe(0);
  });
});

function windowsOf(box: Sandbox, name: string): string {
  return box.tmux('list-windows', '-t', `=${name}:`, '-F', '#{window_index}').trim().split('\n').join(' ');
}

/** The left one of two panes, where a person started an agent at the prompt and left it again; both is recorded. */
function endedIn(box: Sandbox, name: string) {
  const cwd = box.directory('code');
  box.tmux('new-session', '-d', '-s', name, '-x', '120', '-y', '40', '-c', cwd);
  box.tmux('split-window', '-h', '-t', `=${name}:0`, '-c', cwd);
  box.tmux('select-pane', '-t', `=${name}:0.0`);
  const pane = told(box, `=${name}:0.0`, '#{pane_id}');
  box.tmux('send-keys', '-t', pane, `${box.home}/bin/claude --session-id ${id}`, 'Enter');
  waitUntil(() => holdersOf(box, id) === 1, 'a conversation');
  expect(box.persist('save')).toMatchObject({ exitCode: 0 });
  box.tmux('send-keys', '-t', pane, 'exit', 'Enter');
  waitUntil(() => holdersOf(box, id) === 0, 'its end');
  waitUntil(() => told(box, pane, '#{pane_current_command}') !== 'claude', 'the prompt');
  expect(box.persist('save')).toMatchObject({ exitCode: 0 });
  return { pane, pid: told(box, pane, '#{pane_pid}') };
}

function told(box: Sandbox, pane: string, format: string): string {
  return box.tmux('display-message', '-p', '-t', pane, format).trim();
}

function paneSides(box: Sandbox, window: string): number {
  return box.tmux('list-panes', '-t', window).trim().split('\n').length;
}

/** A layout without its checksum and the numbers of its panes. */
function shapeOf(layout: string): string {
  return layout.replace(/^[0-9a-f]{4},/, '').replaceAll(/(\d+x\d+,\d+,\d+),\d+/g, '$1');
}
