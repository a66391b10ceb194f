import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { agentBox, type AgentBox } from '../support/agent-box.ts';
import { rosterOfSelf } from '../support/persist-sandbox.ts';
import { stateFiles } from '../support/world.ts';

const id = '1a5ac400-1111-4222-8333-444455556666';

describe('what an agent was started with', () => {
  test('is kept when it comes back, but for the prompt and the conversation', () => {
    const box = restoredWith({
      args: ['hello there', '--model', 'opus', '--session-id', id, '--add-dir', '/usr', '/srv'],
    });
    const [{ args } = { args: [] }] = box.running('notes');
    expect(args.slice(0, 2)).toEqual(['--resume', id]);
    expect(args.slice(2)).toEqual(['--model', 'opus', '--add-dir', '/usr', '/srv']);
  });

  test.each([
    [['--session-id', id], '', false],
    [['--dangerously-skip-permissions', '--session-id', id], '', true],
    [['--dangerously-skip-permissions', '--session-id', id], 'persist:\n  allow_skip_permissions: false\n', false],
  ])('lets it skip permissions only if it did and may: %j, roster %j: %s', (args, policy, skips) => {
    const box = restoredWith({ args, policy });
    expect(box.running('notes')[0]?.args).toEqual([
      '--resume',
      id,
      ...(skips ? ['--dangerously-skip-permissions'] : []),
    ]);
  });

  test('says where its configuration is, and no secret of it is stored', () => {
    const config = { CLAUDE_CONFIG_DIR: 'other-config', ANTHROPIC_API_KEY: 'canary-of-the-key' };
    const box = restoredWith({
      args: ['--session-id', id, '--settings', '{"env":{"ANTHROPIC_API_KEY":"canary-of-the-settings"}}'],
      env: config,
    });
    expect(box.running('notes')[0]?.env).toMatchObject({ CLAUDE_CONFIG_DIR: `${box.box.home}/other-config` });
    expect(box.running('notes')[0]?.env).not.toHaveProperty('ANTHROPIC_API_KEY');
    const files = stateFiles(box.box);
    expect(files.length).toBeGreaterThan(1);
    for (const file of files)
      expect(readFileSync(join(box.box.stateDirectory, file), 'latin1')).not.toContain('canary');
  });
});

describe('an agent is recognised', () => {
  test.each([
    ['by its versioned path', { packaging: 'native' }, (box: AgentBox) => [box.fake.executable]],
    ['as claude.exe of the npm package', { packaging: 'npm' }, (box: AgentBox) => [box.fake.executable]],
    [
      'as a script of Node that overwrites its arguments',
      { packaging: 'npm-node' },
      (box: AgentBox) => [box.fake.command],
    ],
    ['behind sh -c', {}, (box: AgentBox) => ['sh', '-c', `${box.fake.command} --session-id ${id}; true`]],
    ['behind env', {}, (box: AgentBox) => ['env', 'A=b', box.fake.command]],
    ['behind a login shell', {}, () => ['bash', '-lc', 'claude; true']],
    ['behind npx', { packaging: 'npm' }, (box: AgentBox) => ['npx', '--offline', linkedInto(box, 'code')]],
    ['behind npx, as a script of Node', { packaging: 'npm-node' }, (box: AgentBox) => ['npx', linkedInto(box, 'code')]],
  ] as const)('%s', (_, installation, command) => {
    const box = agentBox(installation);
    box.startCommand('notes', box.box.directory('code'), ...command(box));
    box.shows('notes', 'ready');
    const spoken = box.say('notes', 'some words');
    box.save();
    expect(box.stored()).toEqual({ notes: spoken });
  });

  test('below which another one runs, and with its own conversation', () => {
    const box = agentBox();
    box.start('notes', { cwd: box.box.directory('code') });
    const spoken = box.say('notes', 'some words');
    box.type('notes', '!nested', 'nested ');
    box.type('notes', '!nested-unmarked', 'nested ');
    box.save();
    expect(box.stored()).toEqual({ notes: spoken });
  });

  test.each([[['-p', 'wait']], [['mcp', 'serve']]])('not where it runs as %j', (args) => {
    const box = agentBox();
    const wrapped = ['sh', '-c', '"$@"; exec sleep 1000', 'sh', box.fake.command, ...args];
    box.startCommand('notes', box.box.directory('code'), ...wrapped);
    box.save();
    expect(box.stored()).toEqual({ notes: 'shell' });
  });
});

interface Started {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly policy?: string;
}

/** Makes the double a local command of a project, as a package that is installed there; gives the command's name. */
function linkedInto({ box, fake }: AgentBox, project: string): string {
  const bin = box.directory(`${project}/node_modules/.bin`);
  writeFileSync(join(box.home, project, 'package.json'), '{}');
  symlinkSync(fake.executable, join(bin, 'claude'));
  return 'claude';
}

/** An agent that was started like that, spoken to, killed with its server, and brought back. */
function restoredWith({ args, env = {}, policy = '' }: Started): AgentBox {
  const box = agentBox({ roster: rosterOfSelf(policy) });
  const config = env['CLAUDE_CONFIG_DIR'];
  const absolute = config === undefined ? env : { ...env, CLAUDE_CONFIG_DIR: box.box.directory(config) };
  box.start('notes', { cwd: box.box.directory('code'), args, env: absolute });
  box.type('notes', 'some words', 'you said: some words');
  box.save();
  expect(box.stored()).toEqual({ notes: id });
  box.kill();
  expect(box.apply()).toMatchObject({ exitCode: 0 });
  return box;
}
