import { spawnSync } from 'node:child_process';
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newConversation, writeTranscript } from '../support/fake-claude.ts';
import { rosterOfSelf, sandbox, type Sandbox } from '../support/persist-sandbox.ts';

const id = 'd0c70200-1111-4222-8333-444455556666';
const dayMs = 24 * 60 * 60 * 1000;

test('doctor warns of variables that keep agents from writing records, with a command that mends it', () => {
  const box = sandbox();
  box.tmux('new-session', '-d', '-s', 'notes', '-c', box.home);
  expect(warnings(box)).not.toContain('gives every new pane');
  for (const name of ['CLAUDECODE', 'CLAUDE_BG_X', 'CLAUDE_BG_;touch $HOME/owned', 'CLAUDE_CONFIG_DIR']) {
    box.tmux('set-environment', '-g', name, '1');
  }

  const told = box.persist('doctor').stdout.split('\n');

  const at = told.findIndex((line) => line.includes('the tmux server gives every new pane CLAUDECODE, CLAUDE_BG_X,'));
  const mend = told[at + 1]?.trim().replace(/^mend: /, '') ?? '';
  expect(mend).toBe(String.raw`tmux set-environment -gu CLAUDECODE \; set-environment -gu CLAUDE_BG_X`);
  expect(spawnSync('sh', ['-c', mend], { env: { ...box.env } }).status).toBe(0);
  expect(warnings(box)).not.toContain('gives every new pane');
});

test('doctor warns of a transcript that is about to be cleaned up, and gives the command that resumes a lost one', () => {
  const box = sandbox();
  newConversation(box, 'notes', id, box.directory('code'));
  box.persist('save');
  box.killServer();
  expect(warnings(box)).not.toContain('due for removal');
  const cwd = join(box.home, 'code');
  writeTranscript(box, id, cwd);
  const then = new Date(Date.now() - 26 * dayMs);
  const transcript = join(box.home, '.claude/projects', cwd.replaceAll(/[^A-Za-z0-9]/g, '-'), `${id}.jsonl`);
  utimesSync(transcript, then, then);

  const day = new Date(then.getTime() + 30 * dayMs).toISOString().slice(0, 10);
  expect(warnings(box)).toContain(
    `the transcript of claude d0c70200, session notes, is due for removal on ${day}; talking to it keeps it\n` +
      `        mend: tmux-persist apply ${box.user} --session ${id}\n`,
  );
});

test('doctor warns of an agent whose version cannot be told', () => {
  const box = sandbox();
  newConversation(box, 'notes', id);
  expect(warnings(box)).toMatch(/claude in session notes, process \d+, does not tell its version/);
});

test('what memory is too short for is deferred, and leaves the run incomplete', () => {
  const box = sandbox({ roster: rosterOfSelf('persist: { start: { memory_floor_mib: 1000000000 } }\n') });
  newConversation(box, 'notes', id);
  box.persist('save');
  box.killServer();

  const { exitCode, stdout } = box.persist('apply');

  expect(exitCode).toBe(4);
  expect(stdout).toMatch(/deferred notes: only \d+ MiB of memory are available/);
  expect(stdout).toContain('1 deferred; 0 held, 0 live; incomplete: plan offers again what was deferred.');
  expect(box.persist('plan').stdout).toContain('1 to create');
});

function warnings(box: Sandbox): string {
  return box.persist('doctor').stdout;
}
