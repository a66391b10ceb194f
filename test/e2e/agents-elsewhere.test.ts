import { spawn } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { panesOf } from '../../src/core/manifest.ts';
import { type AgentBox, agentBox } from '../support/agent-box.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { storedSession } from '../support/stored-record.ts';

test('doctor tells of an agent in a popup, which is in no session, and no record takes it for a pane', () => {
  const box = agentBox();
  box.startCommand('notes', box.box.directory('code'), 'sleep', '1000');
  const client = inBackground(box, 'script', '-qfec', 'TERM=xterm tmux attach-session', '/dev/null');
  waitUntil(() => box.box.tmux('list-clients') !== '', 'an attached client');
  expect(box.box.persist('doctor').stdout).not.toContain('in a popup');
  inBackground(box, 'tmux', 'display-popup', '-E', box.fake.command);
  waitUntil(() => box.fake.starts().length === 1, 'the agent in the popup');
  expect(client.exitCode).toBeNull();
  expect(box.box.persist('doctor').stdout).toMatch(
    /claude in process \d+ runs in a popup or a job of tmux, which is in no session, so it is not recorded/,
  );
  box.save();
  expect(box.stored()).toEqual({ notes: 'shell' });
});

test('an agent in a container is told as one whose conversation is not known, and not as a shell without a word', () => {
  const box = agentBox();
  const docker = join(box.box.directory('tools'), 'docker');
  writeFileSync(docker, '#!/bin/sh\nwhile :; do sleep 1; done\n');
  chmodSync(docker, 0o755);
  box.startCommand('notes', box.box.home, docker, 'exec', '-it', 'box', 'claude', '--resume', 'x');
  box.startCommand('other', box.box.home, docker, 'exec', '-it', 'box', 'bash');
  waitUntil(() => commandNames(box).every((name) => name === 'docker'), 'two clients of docker');
  box.save();
  expect(box.stored()).toEqual({ notes: 'unidentified', other: 'shell' });
  expect(panesOf(storedSession(box.box, 'notes'))[0]?.agent?.found).toEqual({
    kind: 'unidentified',
    reason: 'it runs in a container, by docker, which is not looked into',
  });
  expect(box.box.persist('plan', '--verbose').stdout).toContain('shell (claude: it runs in a container, by docker');
  expect(box.box.persist('doctor').stdout).toContain('comes back as a shell');
});

function inBackground({ box }: AgentBox, program: string, ...args: readonly string[]): ReturnType<typeof spawn> {
  const child = spawn(program, args, { env: { ...box.env }, stdio: ['pipe', 'ignore', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** The names of the panes' own processes. */
function commandNames({ box }: AgentBox): readonly string[] {
  const pids = box.tmux('list-panes', '-a', '-F', '#{pane_pid}').trim().split('\n');
  return pids.map((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim());
}
