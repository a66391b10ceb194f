import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { waitUntil } from '../support/private-tmux.ts';
import { numbersIn, type UnixUser } from '../support/unix-users.ts';
import { sharedHost, type SharedHost } from './shared-host.ts';
import { withinOneTimeLimit } from './within-one-time-limit.ts';

const host = sharedHost();

/** Leaves the ids of whoever runs it; those of root or of another user would be a disaster. */
function trap({ home }: UnixUser, name: string): string {
  return `/usr/bin/id -u >> ${home}/traps/${name}; /usr/bin/id -G >> ${home}/traps/${name}`;
}

const settings: readonly (readonly [string, (user: UnixUser) => readonly (readonly string[])[]])[] = [
  [
    'aliases for every command that is used',
    (user) =>
      ['display-message', 'list-sessions', 'list-panes', 'new-session', 'source-file', 'show-environment'].map(
        (command, at) => [
          'set-option',
          '-s',
          `command-alias[${100 + at}]`,
          `${command}=run-shell -b "${trap(user, command)}" ; ${command}`,
        ],
      ),
  ],
  [
    'aliases that make other commands of them',
    () => [
      ['set-option', '-s', 'command-alias[100]', 'list-panes=kill-server'],
      ['set-option', '-s', 'command-alias[101]', 'list-sessions=display-message -p lies'],
    ],
  ],
  [
    'hooks on everything',
    (user) =>
      ['after-list-panes', 'after-list-sessions', 'after-display-message', 'after-new-session', 'session-created'].map(
        (hook) => ['set-hook', '-g', hook, `run-shell -b "${trap(user, hook)}"`],
      ),
  ],
  [
    'hooks that call what calls them',
    () => [
      ['set-hook', '-g', 'after-list-sessions', 'list-sessions'],
      ['set-hook', '-g', 'after-list-panes', 'list-panes -a'],
    ],
  ],
  ['a hook that never ends', () => [['set-hook', '-g', 'after-list-sessions', 'run-shell "sleep 1000"']]],
  [
    'options that hold commands',
    (user) => [
      ['set-option', '-g', '@persist', `#(${trap(user, 'persist')})`],
      ['set-option', '-g', '@claude_transcript', `#(${trap(user, 'transcript')})`],
      ['set-option', '-g', 'default-command', `${trap(user, 'default-command')}; exec /usr/bin/sleep 1000`],
      ['set-option', '-g', 'update-environment', 'LD_PRELOAD PATH HOME'],
      ['set-option', '-g', 'status-left', `#(${trap(user, 'status')})`],
      ['set-environment', '-g', 'LD_PRELOAD', '/nonexistent.so'],
      ['set-environment', '-g', 'PATH', `${user.home}/bin`],
    ],
  ],
];

describe('a user whose tmux server has', { timeout: 60_000 }, () => {
  test.each(settings)('%s gets nothing run but as that user, and holds up nobody', (_case, commandsFor) => {
    const { emo, anca } = savedHost();
    const before = worldOf(anca);
    for (const command of commandsFor(emo)) emo.tmux(...command);
    anca.startSession('later');

    const saved = withinOneTimeLimit(host(), 'save');
    expect(saved.stdout).toMatch(new RegExp(`^${anca.name}: saved \\S+, 2 live$`, 'm'));
    emo.killServer();
    expect([0, 1, 4]).toContain(withinOneTimeLimit(host(), 'apply').exitCode);

    expect(worldOf(anca).slice(0, 1)).toEqual(before.slice(0, 1));
    expect(anca.sessions()).toEqual(['later', 'notes']);
    // Options are read, and spring nothing: they are no formats of ours.
    const isTrapped = commandsFor(emo).some(([command, flag, ...words]) => {
      return (command === 'set-hook' || flag === '-s') && words.join(' ').includes('/traps/');
    });
    expectSprungOnlyBy(emo, isTrapped);
    expect(isTrapped || readdirSync(join(emo.home, 'traps')).length === 0).toBe(true);
  });

  test('a configuration of aliases and hooks, which its next server reads, gets nothing run but as that user', () => {
    const { emo, anca, persist } = savedHost();
    const lines = settings.flatMap(([, commandsFor], at) => (at === 0 || at === 2 || at === 5 ? commandsFor(emo) : []));
    const configuration = lines.map((words) => words.map((word) => `'${word}'`).join(' ')).join('\n');
    emo.run('sh', '-c', `cat >~/.tmux.conf <<'end'\n${configuration}\nend`);
    emo.killServer();
    anca.killServer();
    persist('apply');
    expect(anca.sessions()).toEqual(['notes']);
    expect(emo.sessions()).toEqual(['notes']);
    expectSprungOnlyBy(emo, true);
  });
});

/** Every trap that was sprung has noted who did it, with which groups; it may still be at it. */
function expectSprungOnlyBy({ uid, groups, home }: UnixUser, isTrapped: boolean): void {
  const directory = join(home, 'traps');
  const linesOf = (name: string): readonly string[] =>
    readFileSync(join(directory, name), 'utf8').split('\n').slice(0, -1);
  if (isTrapped) waitUntil(() => readdirSync(directory).length > 0, 'a sprung trap');
  for (const name of readdirSync(directory)) {
    waitUntil(() => linesOf(name).length > 1, 'what the trap notes');
    const lines = linesOf(name);
    expect(new Set(lines.map((line) => numbersIn(line).join(' ')))).toEqual(new Set([`${uid}`, groups.join(' ')]));
  }
}

function savedHost(): SharedHost {
  const saved = host();
  for (const user of [saved.emo, saved.anca]) {
    user.run('rm', '-rf', join(user.home, 'traps'), join(user.home, '.tmux.conf'));
    user.run('mkdir', join(user.home, 'traps'));
    user.startSession('notes');
  }
  expect(saved.persist('save').exitCode).toBe(0);
  return saved;
}

function worldOf({ tmux, serverPid }: UnixUser): readonly unknown[] {
  return [serverPid(), tmux('list-panes', '-a', '-F', '#{session_name} #{pane_id} #{pane_pid}')];
}
