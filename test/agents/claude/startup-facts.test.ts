import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { executableOf, keptEnvironment, startCommand } from '../../../src/agents/claude/launch.ts';
import { isPoisonVariable } from '../../../src/agents/claude/poison-variables.ts';
import {
  configDirectoryOf,
  isAtLeast,
  type Program,
  programOf,
  versionInPath,
} from '../../../src/agents/claude/program.ts';
import { projectSlug } from '../../../src/agents/claude/transcripts.ts';
import { boundedFiles } from '../../../src/agents/user-files.ts';
import { claudeHome } from '../../support/claude-home.ts';
import { claudeProcess } from '../../support/claude-process.ts';

const id = '3f36c85e-0000-4000-8000-000000000001';

describe('the environment that is repeated', () => {
  test('has what decides where its files are and what it talks to', () => {
    const variables = { CLAUDE_CONFIG_DIR: '/srv/claude', ANTHROPIC_MODEL: 'opus', AWS_REGION: 'eu-west-1' };
    expect(kept(variables)).toEqual(variables);
  });

  test('has the limit on the memory of its tools', () => {
    expect(kept({ CLAUDE_CODE_TOOL_MEMORY_LIMIT: '4G' })).toEqual({ CLAUDE_CODE_TOOL_MEMORY_LIMIT: '4G' });
  });

  test.each([
    [
      'keys and tokens',
      { ANTHROPIC_API_KEY: 'k', ANTHROPIC_AUTH_TOKEN: 't', AWS_SECRET_ACCESS_KEY: 's', PASSWORD: 'p' },
    ],
    ['what makes it take itself for a tool', { CLAUDE_CODE_CHILD_SESSION: '1', CLAUDE_CODE_SESSION_ID: id }],
    ['a proxy with a password', { HTTPS_PROXY: 'http://me:pw@proxy:3128', http_proxy: 'me:pw@proxy:3128' }],
    ['an address with a token', { ANTHROPIC_BASE_URL: 'https://example.org/?api_key=1' }],
    ['a relative config directory', { CLAUDE_CONFIG_DIR: 'claude' }],
    ['a project name with a path in it', { CLAUDE_CODE_PROJECT_DIR_NAME: '../x' }],
    ['lines', { ANTHROPIC_MODEL: 'a\nb' }],
    ['empty ones', { ANTHROPIC_MODEL: '' }],
  ])('has no %s', (_, variables) => {
    expect(kept(variables)).toEqual({});
  });
});

describe('the variables that no agent may inherit', () => {
  test.each(['CLAUDECODE', 'CLAUDE_CODE_CHILD_SESSION', 'CLAUDE_BG_JOB', 'CLAUDE_CODE_RELAUNCH_X', 'TRACEPARENT'])(
    'include %s',
    (name) => expect(isPoisonVariable(name)).toBe(true),
  );

  test.each(['CLAUDE_CONFIG_DIR', 'PATH', 'CLAUDE_CODE_NO_FLICKER', 'TMUX', 'TMUX_PANE'])('do not include %s', (name) =>
    expect(isPoisonVariable(name)).toBe(false),
  );
});

describe('the executable', () => {
  test('is the link that the installer left, never the versioned path behind it', () => {
    const box = claudeHome();
    const link = box.write('.local/bin/claude', '');
    const exe = join(box.home, '.local/share/claude/versions/2.1.329');
    expect(executableOf(called('claude', exe), exe, box.files)).toBe(link);
    expect(executableOf(called(exe, exe), exe, box.files)).toBe(link);
  });

  test('is its name when the installer left no link', () => {
    const { files } = claudeHome();
    const exe = '/opt/claude/versions/2.1.329';
    expect(executableOf(called(exe, exe), exe, files)).toBe('claude');
  });

  test('is the absolute path that was typed, as long as it is there', () => {
    const box = claudeHome();
    const path = box.write('bin/claude', '#!/bin/bash\n');
    chmodSync(path, 0o755);
    expect(executableOf(called(path, path), path, box.files)).toBe(path);
    expect(executableOf(called(`${path}-gone`, path), path, box.files)).toBe('claude');
  });

  test.each([
    'lib/node_modules/@anthropic-ai/claude-code/cli.js',
    '.nvm/versions/node/v22.1.0/bin/claude',
    '.npm/_npx/1a2b/node_modules/.bin/claude',
  ])('is its name for a package, not %s', (path) => {
    const box = claudeHome();
    const script = box.write(path, '');
    const program: Program = { form: 'package', calledAs: script, args: [] };
    expect(executableOf(program, '/usr/bin/node', box.files)).toBe('claude');
  });

  test('is its name when the process has overwritten how it was called', () => {
    const { files } = claudeHome();
    expect(executableOf({ form: 'package', calledAs: null, args: null }, '/usr/bin/node', files)).toBe('claude');
  });
});

describe('the config directory', () => {
  test('is below the home unless a variable says otherwise', () => {
    const box = claudeHome();
    expect(configDirectoryOf(null, box.files)).toEqual({ kind: 'known', path: box.config });
    expect(configDirectoryOf('', box.files)).toEqual({ kind: 'known', path: box.config });
    expect(configDirectoryOf('/srv//claude/', box.files)).toEqual({ kind: 'known', path: '/srv/claude' });
  });

  test('may be a link to a directory of the user', () => {
    const box = claudeHome();
    symlinkSync(box.directory('elsewhere'), join(box.home, 'link'));
    expect(configDirectoryOf(join(box.home, 'link'), box.files).kind).toBe('known');
  });

  test('is not used when it is relative or belongs to another user', () => {
    const box = claudeHome();
    const stranger = boundedFiles(box.files.uid + 1, box.home);
    expect(configDirectoryOf('conf', box.files).kind).toBe('unusable');
    expect(configDirectoryOf(box.home, stranger).kind).toBe('unusable');
  });
});

describe('the directory of a project', () => {
  test.each([
    ['/home/emo/code', '-home-emo-code'],
    ['/a/b_c.d e@f', '-a-b-c-d-e-f'],
    ['/a/é', '-a--'],
    ['/a/e\u0301', '-a--'],
    ['/a/😀', '-a---'],
  ])('of %s is called %s', (directory, slug) => {
    expect(projectSlug(directory)).toBe(slug);
  });

  test('is cut at 200 characters, with a hash that tells long ones apart', () => {
    const [one, two] = [projectSlug(`/${'x'.repeat(250)}`), projectSlug(`/${'x'.repeat(251)}`)];
    expect(one).toMatch(/^-x{199}-[0-9a-z]+$/);
    expect(one).not.toBe(two);
    expect(projectSlug(`/${'x'.repeat(199)}`)).toHaveLength(200);
  });
});

describe('a version', () => {
  test.each([
    ['2.1.128', '2.1.83', true],
    ['2.1.83', '2.1.83', true],
    ['2.1.9', '2.1.83', false],
    ['3.0.0', '2.1.83', true],
    ['1.9.999', '2.1.83', false],
  ])('%s is at least %s: %s', (version, least, expected) => {
    expect(isAtLeast(version, least)).toBe(expected);
  });

  test.each([
    ['/home/emo/.local/share/claude/versions/2.1.329', '2.1.329'],
    ['/x/node_modules/.pnpm/@anthropic-ai+claude-code@2.1.98/node_modules/cli.js', '2.1.98'],
    ['/x/other/versions/2.1.329', null],
    ['/usr/bin/node', null],
  ])('in %s is %s', (path, version) => {
    expect(versionInPath(path)).toBe(version);
  });
});

describe('the command that starts it', () => {
  const launch = { executable: 'claude', args: ['--add-dir', '/x'], droppedArgs: [], env: {}, directory: '/' };

  test('names the conversation before all flags, of which some take any number of values', () => {
    expect(startCommand(launch, id)).toEqual(['claude', '--resume', id, '--add-dir', '/x']);
  });

  test('names none when it starts anew', () => {
    expect(startCommand(launch, null)).toEqual(['claude', '--add-dir', '/x']);
  });

  test.each(['', '--print', `${id} x`, `${id}\n`, 'cooling'])('is none for an id like %j', (bad) => {
    expect(startCommand(launch, bad)).toBeNull();
  });
});

function called(calledAs: string, exe: string): Program {
  const program = programOf(claudeProcess({ exe, argv: [calledAs] }));
  if (program === null) throw new Error(`${exe} is not recognised`);
  return program;
}

function kept(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return keptEnvironment((name) => variables[name] ?? null);
}
