import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { panesOf } from '../../src/core/manifest.ts';
import { type AgentBox, agentBox } from '../support/agent-box.ts';
import { storedSession } from '../support/stored-record.ts';
import { waitUntil } from '../support/private-tmux.ts';

const id = '1a5ac400-1111-4222-8333-444455556666';

test('a wrapper in front of an agent comes back with it, again and again', () => {
  const box = agentBox();
  const wrapper = scriptIn(box, 'teamclaude', 'shift 3; "$@"; echo the wrapper goes on');
  const words = ['/bin/sh', wrapper, 'run', '--account=work', '--'];
  box.startCommand('notes', box.box.directory('code'), ...words, box.fake.command, '--session-id', id);
  box.shows('notes', 'ready');
  box.type('notes', 'some words', 'you said: some words');
  box.save();
  expect(wrapperIn(box)).toEqual({ words, leftOut: null });
  for (const round of [1, 2]) {
    box.kill();
    const { exitCode, stdout } = box.apply();
    expect({ exitCode, round }).toEqual({ exitCode: 0, round });
    expect(stdout).not.toContain('in front of it');
    expect(box.running('notes')[0]?.args).toEqual(['--resume', id]);
    box.save();
    expect(wrapperIn(box)).toEqual({ words, leftOut: null });
    expect(box.stored()).toEqual({ notes: id });
  }
  box.box.tmux('send-keys', '-t', '=notes:', '/exit', 'Enter');
  box.shows('notes', 'the wrapper goes on');
});

test('an outcome names the wrapper without which an agent came back', () => {
  const box = agentBox();
  const wrapper = scriptIn(box, 'inject', 'shift; claude --session-id "$@"; exit');
  box.startCommand('notes', box.box.directory('code'), 'env', searchPath(box), '/bin/sh', wrapper, 'token=canary', id);
  box.shows('notes', 'ready');
  box.type('notes', 'some words', 'you said: some words');
  box.save();
  expect(wrapperIn(box)).toEqual({ words: [], leftOut: 'inject' });
  expect(JSON.stringify(storedSession(box.box, 'notes'))).not.toContain('canary');
  box.kill();
  const stdout = expect.stringContaining('claude runs without inject in front of it');
  expect(box.apply()).toMatchObject({ exitCode: 0, stdout });
  waitUntil(() => box.running('notes').length === 1, 'the agent');
  expect(box.running('notes')[0]?.args).toEqual(['--resume', id]);
});

function scriptIn({ box }: AgentBox, name: string, text: string): string {
  const path = join(box.directory('tools'), name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

function searchPath({ box, fake }: AgentBox): string {
  return `PATH=${fake.directory}:${box.env['PATH']}`;
}

function wrapperIn({ box }: AgentBox): unknown {
  return panesOf(storedSession(box, 'notes'))[0]?.agent?.wrapper;
}
