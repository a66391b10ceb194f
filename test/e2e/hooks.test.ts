import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sandbox, type Sandbox } from '../support/persist-sandbox.ts';

interface Changes {
  readonly session?: (name: string) => string;
  readonly window?: (name: string) => string;
}

const asItWas = (name: string): string => name;
const prefixed = (name: string): string => `x-${name}`;
const renamingAll = 'rename-session "x-#{session_name}"';
const renamingOnce = `if-shell -F "#{m:x-*,#{session_name}}" "" '${renamingAll}'`;

/** What a hook does to each session while it is created, and what it is called afterwards. */
const hooks: readonly (readonly [does: string, hook: string, command: string, changes: Changes])[] = [
  ['renames a session that was created', 'session-created', renamingAll, { session: prefixed }],
  ['renames a session behind new-session', 'after-new-session', renamingOnce, { session: prefixed }],
  [
    'renames a session behind new-window',
    'after-new-window',
    renamingOnce,
    { session: (name) => (name === 'work' ? 'x-work' : name) },
  ],
  [
    'renames a session behind split-window',
    'after-split-window',
    renamingOnce,
    { session: (name) => (name === 'work' ? 'x-work' : name) },
  ],
  [
    'renames a window behind new-window',
    'after-new-window',
    'rename-window x',
    { window: (name) => name.replace(/logs|build/, 'x') },
  ],
  ['renames a window that was linked', 'window-linked', 'rename-window x', { window: () => 'x' }],
  ['splits a window behind new-window', 'after-new-window', 'split-window -d', {}],
  ['splits a window behind new-session', 'after-new-session', 'split-window -d', {}],
  ['splits a window of a session that was created', 'session-created', 'split-window -d', {}],
  ['splits a pane behind split-window', 'after-split-window', 'split-window -d', {}],
  ['opens a window behind new-session', 'after-new-session', 'new-window -d', {}],
  ['opens a window in a session that was created', 'session-created', 'new-window -d', {}],
  ['opens a session behind new-session', 'after-new-session', 'new-session -d', {}],
  [
    'opens a session when one was created',
    'session-created',
    'if-shell -F "#{m:y-*,#{session_name}}" "" "new-session -d -s y-#{session_id}"',
    {},
  ],
  ['selects another window behind new-window', 'after-new-window', 'select-window -t ":^"', {}],
  ['has a session end that nobody is attached to', 'after-new-session', 'set-option destroy-unattached on', {}],
];

describe('a hook of the user’s that', () => {
  test.each(hooks)('%s keeps none from coming back, once, with its windows', (_does, hook, command, changes) => {
    const { session = asItWas, window = asItWas } = changes;
    const box = sandbox();
    startSessions(box);
    const before = windowsOf(box).map((one) => ({ ...one, session: session(one.session), name: window(one.name) }));
    const sessions = new Set(before.map((one) => one.session));
    expect(box.persist('save')).toMatchObject({ exitCode: 0 });
    box.killServer();
    writeFileSync(join(box.home, '.tmux.conf'), `set-hook -g ${hook} ${quoted(command)}\n`);

    const first = box.persist('apply');
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    expect(first.stdout).toContain('Applied: 3 created, 0 failed; 0 held, 0 live.\n');
    const after = windowsOf(box);
    for (const { panes, ...one } of before) {
      const found = after.find(({ session: of, index }) => of === one.session && index === one.index);
      expect(found).toMatchObject(one);
      expect(found?.panes).toBeGreaterThanOrEqual(panes);
    }
    const made = after.filter((one) => sessions.has(one.session));
    expect(new Set(made.map((one) => one.session)).size).toBe(3);

    expect(box.persist('apply').stdout).toContain('Applied: 0 created, 0 failed; 0 held,');
    expect(windowsOf(box)).toEqual(after);
    expect(box.persist('plan', '--exit-code')).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

/** A single window; three with two panes in the first; and a session that shares those. */
function startSessions({ tmux, directory }: Sandbox): void {
  tmux('new-session', '-d', '-s', 'notes', '-c', directory('notes'));
  tmux('new-session', '-d', '-s', 'work', '-n', 'edit', '-x', '120', '-y', '40');
  tmux('split-window', '-t', '=work:', '-c', directory('code'));
  tmux('new-window', '-t', '=work:3', '-n', 'logs');
  tmux('new-window', '-t', '=work:7', '-n', 'build');
  tmux('select-window', '-t', '=work:3');
  tmux('new-session', '-d', '-s', 'mirror', '-t', '=work');
}

interface WindowFact {
  readonly session: string;
  readonly index: number;
  /** Empty as long as tmux gives it one by itself. */
  readonly name: string;
  readonly panes: number;
}

function windowsOf(box: Sandbox): readonly WindowFact[] {
  const format = '#{session_name}\t#{window_index}\t#{?automatic-rename,,#{window_name}}\t#{window_panes}';
  const rows = box.tmux('list-windows', '-a', '-F', format).trimEnd().split('\n');
  return rows.map((row) => {
    const [session = '', index, name = '', panes] = row.split('\t');
    return { session, index: Number(index), name, panes: Number(panes) };
  });
}

/** In double quotes of a configuration file; there tmux would take `$` and `\` for more than themselves. */
function quoted(command: string): string {
  return `"${command.replaceAll(/["\\$]/g, '\\$&')}"`;
}
