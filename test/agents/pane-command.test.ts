import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { paneCommand } from '../../src/agents/pane-command.ts';
import { commandLineWord } from '../../src/tmux/tmux-text.ts';
import { privateTmux, waitUntil, type PrivateTmux } from '../support/private-tmux.ts';

/** bash, and sh, which is dash on Debian. */
const shells = ['/bin/bash', '/bin/sh'];

describe.each(shells)('an agent in a pane, under %s', (shell) => {
  test("runs from the PATH of the user's login shell, with its words as they are", () => {
    const pane = paneWith(shell, ['agent', '--resume', 'a b', '$(touch x)', "it's;", '#{host}', ''], 'sleep 1000');
    waitUntil(() => existsSync(pane.arguments), 'the agent');
    expect(readFileSync(pane.arguments, 'utf8')).toBe(`--resume\na b\n$(touch x)\nit's;\n#{host}\n\n`);
  });

  test('leaves the login shell when it ends, and says what ended and how to resume', () => {
    const pane = paneWith(shell, ['agent', '--resume', 'abc'], 'exit 3');
    waitUntil(() => pane.screen().includes('[tmux-persist]'), 'the line');
    expect(pane.screen()).toContain('[tmux-persist] agent ended (exit status 3); to resume: agent --resume abc\n');
    expectLiveShell(pane);
  });

  test('leaves the login shell when it cannot be found', () => {
    const pane = paneWith(shell, ['no-such-agent', '--resume', 'abc'], '');
    waitUntil(() => pane.screen().includes('[tmux-persist]'), 'the line');
    expect(pane.screen()).toContain(
      '[tmux-persist] no-such-agent could not be started (exit status 127); to resume: no-such-agent --resume abc\n',
    );
    expectLiveShell(pane);
  });

  test('leaves the login shell when Ctrl-C ends it', () => {
    const pane = paneWith(shell, ['agent'], 'sleep 1000');
    waitUntil(() => existsSync(pane.arguments), 'the agent');
    pane.tmux('send-keys', '-t', '=agent:', 'C-c');
    waitUntil(() => pane.screen().includes('[tmux-persist]'), 'the line');
    expect(pane.screen()).toContain('agent ended (exit status 130)');
    expectLiveShell(pane);
  });

  test('leaves the login shell when it is killed', () => {
    const pane = paneWith(shell, ['agent'], 'kill -9 $$');
    waitUntil(() => pane.screen().includes('[tmux-persist]'), 'the line');
    expect(pane.screen()).toContain('agent ended (exit status 137)');
    expectLiveShell(pane);
  });
});

interface Pane extends PrivateTmux {
  /** Where the agent writes its arguments. */
  readonly arguments: string;
  readonly screen: () => string;
}

/** A pane whose login shell alone knows where the agent is. */
function paneWith(shell: string, argv: readonly string[], agentScript: string): Pane {
  const made = privateTmux({ shell });
  const { directory, tmux } = made;
  const bin = `${directory}/bin`;
  mkdirSync(bin);
  writeFileSync(
    `${bin}/agent`,
    `#!/bin/sh\nprintf '%s\\n' "$@" >${directory}/part\nmv ${directory}/part ${directory}/arguments\n${agentScript}\n`,
  );
  chmodSync(`${bin}/agent`, 0o755);
  writeFileSync(`${directory}/.profile`, `PATH=${bin}:$PATH\nPS1='ready> '\n`);
  tmux(
    'new-session',
    '-d',
    '-s',
    'agent',
    '-x',
    '200',
    '-y',
    '20',
    '--',
    ...paneCommand(shell, argv).map(commandLineWord),
  );
  return {
    ...made,
    arguments: `${directory}/arguments`,
    screen: () => tmux('capture-pane', '-p', '-t', '=agent:'),
  };
}

function expectLiveShell({ tmux, screen, directory }: Pane): void {
  waitUntil(() => /ready>\s*$/.test(screen()), 'the prompt');
  tmux('send-keys', '-t', '=agent:', `echo $((6*7)) >${directory}/typed`, 'Enter');
  waitUntil(() => existsSync(`${directory}/typed`), 'the answer of the shell');
  waitUntil(() => readFileSync(`${directory}/typed`, 'utf8') === '42\n', 'the answer of the shell');
  expect(tmux('list-panes', '-t', '=agent:', '-F', '#{pane_dead}')).toBe('0\n');
}
