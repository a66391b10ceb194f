import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loginShells } from '../agents/login-shells.ts';
import { binary, sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { snapshotIds } from '../support/stored-record.ts';

const shells = {
  bash: { start: 'bash --norc --noprofile', source: 'eval "$(tmux-persist completion bash)"' },
  zsh: {
    start: 'zsh -f',
    source: 'autoload -Uz compinit && compinit -u -d "$HOME/zcompdump" && eval "$(tmux-persist completion zsh)"',
  },
  fish: { start: 'fish --no-config', source: 'tmux-persist completion fish | source' },
} as const;

const installed = Object.entries(shells).filter(([name]) => loginShells.some((path) => path.endsWith(`/${name}`)));

describe.each(installed)('completion in %s', (_, { start, source }) => {
  test('writes commands, users, sessions, snapshots and values out, and quotes what has to be', () => {
    const box = sandbox();
    box.tmux('new-session', '-d', '-s', 'R730 cooling');
    box.persist('save');
    const screen = shellIn(box, start, source);
    expect(screen.completes('tmux-persist histo')).toBe('tmux-persist history');
    expect(screen.completes('tmux-persist status --verb')).toBe('tmux-persist status --verbose');
    expect(screen.completes(`tmux-persist plan ${box.user.slice(0, -1)}`)).toBe(`tmux-persist plan ${box.user}`);
    expect(screen.completes('tmux-persist apply --session R7')).toMatch(
      /^tmux-persist apply --session R730\\ cooling$/,
    );
    const [id = ''] = snapshotIds(box);
    expect(screen.completes(`tmux-persist show ${box.user} 20`)).toBe(`tmux-persist show ${box.user} ${id}`);
    expect(screen.completes('tmux-persist plan --include reb')).toBe('tmux-persist plan --include reboot');
    expect(screen.completes('tmux-persist plan --roster ./ros')).toBe('tmux-persist plan --roster ./roster.yaml');
  });
});

test('the words for a completion have no control characters, whatever names there are', () => {
  const box = sandbox();
  box.tmux('new-session', '-d', '-s', 'plain');
  box.persist('save');
  const { exitCode, stdout } = box.persist('suggest', '--', 'apply', '--session', '');
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'words\nplain\tlive\n' });
});

test('completion for a shell that has none is refused', () => {
  const { exitCode, stderr } = sandbox().persist('completion', 'tcsh');
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: 'tmux-persist: "tcsh" has no completion here; bash, zsh, fish have\n',
  });
});

interface ShellScreen {
  /** What stands at the prompt once Tab was pressed after these words. */
  readonly completes: (words: string) => string;
}

/** The shell in a pane of its own server, with the program on its PATH. */
function shellIn(box: Sandbox, start: string, source: string): ShellScreen {
  const bin = box.directory('bin');
  writeFileSync(join(bin, 'tmux-persist'), `#!/bin/sh\nexec '${process.execPath}' '${binary}' "$@"\n`, { mode: 0o755 });
  const variables = Object.entries({ ...box.env, PATH: `${bin}:${box.env['PATH']}`, PS1: '> ' }).flatMap(
    ([name, value]) => (value === undefined ? [] : [`${name}=${value}`]),
  );
  const pane = ['-L', 'typing', '-f', '/dev/null'] as const;
  const tmux = (...args: readonly string[]): string => box.tmux(...pane, ...args);
  tmux(
    'new-session',
    '-d',
    '-x',
    '120',
    '-y',
    '30',
    '-c',
    box.home,
    'env',
    '-i',
    ...variables,
    'TERM=screen',
    ...start.split(' '),
  );
  const screen = (): string => tmux('capture-pane', '-p');
  const type = (text: string): void => void tmux('send-keys', '-l', text);
  const lastLine = (): string => screen().trimEnd().split('\n').at(-1) ?? '';
  waitUntil(() => /[>%#$] ?$/.test(screen().trimEnd()), 'a prompt');
  type(`${source}; echo rea''dy\n`);
  // zsh reads all of its completions first.
  waitUntil(() => screen().includes('\nready'), 'the completion');
  return {
    completes: (words) => {
      // Not C-c: the terminal forgets at a signal what was typed, which may be the next key already.
      tmux('send-keys', 'C-u', 'C-l');
      waitUntil(() => /^[^a-z]*$/.test(screen()) || !screen().includes('tmux-persist'), 'an empty line');
      type(words);
      waitUntil(() => lastLine().includes(words), words);
      type('\t');
      waitUntil(() => ![words, ''].includes(typedIn(lastLine())), `more than ${words}`);
      return typedIn(lastLine());
    },
  };
}

/** Without the prompt. */
function typedIn(line: string): string {
  return /tmux-persist .*/.exec(line)?.[0].trimEnd() ?? '';
}
