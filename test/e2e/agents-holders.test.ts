import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { storedManifest } from '../support/stored-record.ts';
import { sessionNames } from '../support/world.ts';

const id = '01a1fc6c-7190-7ba1-b22a-152d04d0a4aa';

/** Codex holds the file of its conversation open, whatever it was started in. */
test('a conversation of codex that runs outside of tmux by now is not started a second time', async () => {
  const box = sandbox();
  const codex = fakeCodex(box);
  box.tmux('new-session', '-d', '-s', 'ai', '-c', box.home, '--', ...codex);
  await expect.poll(() => conversationAfterSave(box)).toBe(id);
  box.killServer();
  const [file = '', ...args] = codex;
  const outside = spawn(file, args, { stdio: 'ignore', cwd: box.home, env: { HOME: box.home }, detached: true });
  onTestFinished(() => void outside.kill('SIGKILL'));

  const { stdout, exitCode } = box.persist('apply');

  expect(stdout).toContain(`codex ${id.slice(0, 8)} runs in process ${outside.pid} already`);
  expect(exitCode).toBe(1);
  expect(sessionNames(box)).toEqual(['ai']);
});

function conversationAfterSave(box: Sandbox): string | undefined {
  box.persist('save');
  return storedManifest(box).sessions[0]?.windows[0]?.panes[0]?.conversation?.id;
}

/** A process that is called codex, and holds a rollout file open. */
function fakeCodex(box: Sandbox): readonly string[] {
  const program = join(box.directory('bin'), 'codex');
  copyFileSync(process.execPath, program);
  const rollout = join(box.home, `.codex/sessions/2026/11/20/rollout-2026-11-20T12-00-02-${id}.jsonl`);
  mkdirSync(dirname(rollout), { recursive: true });
  const timestamp = new Date().toISOString();
  const payload = { id, cwd: box.home, timestamp, source: 'cli', thread_source: 'user' };
  writeFileSync(rollout, `${JSON.stringify({ timestamp, type: 'session_meta', payload })}\n`);
  const script = join(box.home, 'hold.js');
  writeFileSync(script, `require('node:fs').openSync(${JSON.stringify(rollout)}, 'a'); setInterval(() => {}, 1000);`);
  return [program, script];
}
