import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandLineWord, literalFormat } from '../../src/tmux/tmux-text.ts';
import { claudeCommand, claudeIn } from '../support/fake-claude.ts';
import { sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { planOf } from '../support/plan-document.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { storedManifest } from '../support/stored-record.ts';
import { panesInPlace, sessionNames } from '../support/world.ts';

/** Each is a session, a window and a directory. tmux itself writes `:` and `.` as `_` (to 3.6), and shows control bytes escaped. */
const names = [
  'one space',
  ' two  spaces ',
  `it's "quoted"`,
  '#(touch x)',
  '#{host}#[fg=red]##',
  '$HOME',
  '$(touch x)`touch x`',
  'semi;',
  'a; touch x;',
  '-dash',
  '--help',
  'colon:dot.',
  'tab\there',
  'new\nline',
  'back\\slash\\n',
  '🦊 é ü 日本',
  'x'.repeat(250),
  'api',
  'api-server',
  '7',
  '007',
  '1e2',
  '100',
  '%1',
  '@1',
  '=eq',
  '~',
  '*',
];
const conversationId = '805711e0-0000-4000-8000-000000000001';

describe('hostile names and directories', () => {
  test('come back exactly as they were, and none of them becomes code, an option or a format', () => {
    const box = sandbox();
    for (const name of names) startSession(box, name);
    const before = panesInPlace(box);
    expect(before.map(({ cwd }) => cwd).toSorted()).toEqual(names.map((name) => directoryOf(box, name)).toSorted());
    expect(sessionNames(box)).toEqual(
      expect.arrayContaining(['007', '1e2', '100', '7', 'api', 'semi;', '🦊 é ü 日本']),
    );

    expect(box.persist('save').stdout).toContain(`, ${names.length} live\n`);
    box.killServer();
    const applied = box.persist('apply');
    expect(applied).toMatchObject({ exitCode: 0, stderr: '' });
    expect(applied.stdout).toContain(`Applied: ${names.length} created, 0 failed; 0 held, 0 live.\n`);

    expect(panesInPlace(box)).toEqual(before);
    expect(planOf(box)).toMatchObject({ pending: false, summary: { live: names.length } });
    expect(filesCalled(box.home, 'x')).toEqual([]);
  });

  test('stay the same through a second save and restore: nothing is escaped twice', () => {
    const box = sandbox();
    for (const name of ['back\\slash', 'tab\there', 'new\nline', '$HOME #{host}']) startSession(box, name);
    box.persist('save');
    const first = storedManifest(box).sessions.map(({ name }) => name);
    for (const _ of [1, 2]) {
      box.killServer();
      box.persist('apply');
    }
    expect(storedManifest(box).sessions.map(({ name }) => name)).toEqual(first);
    expect(sessionNames(box)).toHaveLength(4);
  });

  test('hold a conversation that comes back in them', () => {
    const box = sandbox();
    const name = `#(touch x); 'ai' $(touch x)`;
    box.tmux(...newSession(box, name), ...claudeCommand(box, conversationId));
    waitUntil(() => claudeIn(box, '$0:') !== null, 'a conversation');
    box.persist('save');
    box.killServer();
    box.persist('apply');
    expect(claudeIn(box, '$0:')).toEqual(['--resume', conversationId]);
    expect(panesInPlace(box).map(({ cwd }) => cwd)).toEqual([directoryOf(box, name)]);
    expect(filesCalled(box.home, 'x')).toEqual([]);
  });

  test('are found by --session as the plan prints them, a leading dash included', () => {
    const box = sandbox();
    for (const name of ['-dash', `it's "quoted"`, '$HOME']) startSession(box, name);
    box.persist('save');
    box.stopServer();
    const commands = planOf(box).users.flatMap((user) => user.actions.map(({ command }) => command));
    expect(commands).toContain(`tmux-persist apply ${box.user} --session=-dash`);
    expect(box.persist('apply', '--session=-dash', '--session', `it's "quoted"`).exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['-dash', `it's "quoted"`]);
  });

  test('print no control byte on the terminal', () => {
    const box = sandbox();
    startSession(box, 'esc\u001b[31m');
    box.persist('save');
    box.killServer();
    for (const command of [['plan'], ['apply'], ['plan', '--verbose'], ['history'], ['show', box.user], ['status']]) {
      const { stdout, stderr } = box.persist(...command);
      expect(`${stdout}${stderr}`.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    }
  });
});

/** tmux keeps a window's first name raw, and escapes only later ones (3.3a), so a backslash there has two readings. */
function startSession(box: Sandbox, name: string): void {
  box.tmux(...newSession(box, name), '-n', word(name.replaceAll('\\', '/')));
}

function newSession(box: Sandbox, name: string): readonly string[] {
  const directory = box.directory(join('dirs', name));
  return ['new-session', '-d', '-s', word(name), '-c', word(directory)];
}

function directoryOf(box: Sandbox, name: string): string {
  return join(box.home, 'dirs', name);
}

function filesCalled(directory: string, name: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith(`/${name}`));
}

/** A word of a tmux command that stands for itself. */
function word(text: string): string {
  return commandLineWord(literalFormat(text));
}
