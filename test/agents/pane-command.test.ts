import { spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { endOfAgentIn, paneCommand, type PaneCommandOptions } from '../../src/agents/pane-command.ts';
import { poisonPrefixes, poisonVariables } from '../../src/agents/claude/poison-variables.ts';
import { createSessions } from '../../src/tmux/create-sessions.ts';
import { privateTmux, waitUntil, type PrivateTmux } from '../support/private-tmux.ts';
import { loginShells, missingShells, writeProgram, writeShellProfiles } from './login-shells.ts';

const timeoutMs = 10_000;
const resumeHint = 'claude --resume 3f36c85e';

test.runIf(process.env['CI'] !== undefined)('every shell that agents are started through is tested', () => {
  expect(missingShells).toEqual([]);
});

describe.each(loginShells)('an agent started through %s', (shell) => {
  test('is found by the PATH of the login, interactive shell, and is what tmux shows', async () => {
    const pane = await startedPane(shell, ['claude', '--resume', '3f36c85e']);
    pane.showsAgent();
    expect(pane.argumentsSeen()).toEqual(['--resume', '3f36c85e']);
    expect(pane.isStillThere()).toBe(true);
  });

  test('gets hostile arguments and values as they are, and none of them runs', async () => {
    const pane = await startedPane(shell, (home) => ['claude', ...hostileWords(`touch ${home}/ran`)], {
      env: { HOSTILE: `$(touch ran)'"\n;`, 'not a name': 'x' },
    });
    pane.showsAgent();
    expect(pane.argumentsSeen()).toEqual(hostileWords(`touch ${pane.home}/ran`));
    expect(pane.environment()['HOSTILE']).toBe(`$(touch ran)'"\n;`);
    pane.press('C-c');
    pane.shows('[tmux-persist] claude ended (exit status 130); to resume: claude --resume 3f36c85e');
    expect(existsSync(join(pane.home, 'ran'))).toBe(false);
  });

  test('has its own variables and none that another agent left on the server', async () => {
    const names = [...poisonVariables, ...poisonPrefixes.map((prefix) => `${prefix}X`)];
    const left = Object.fromEntries(names.map((name) => [name, '1']));
    const pane = await startedPane(shell, ['claude'], { env: { CLAUDE_CONFIG_DIR: '/a b' } }, left);
    pane.showsAgent();
    const environment = pane.environment();
    expect(environment).toMatchObject({ CLAUDE_CONFIG_DIR: '/a b', TMUX_PANE: expect.stringMatching(/^%\d+$/) });
    expect(Object.keys(left).filter((name) => name in environment)).toEqual([]);
    expect(Object.keys(environment).filter((name) => name.startsWith('tmux_persist'))).toEqual([]);
  });

  test('leaves one line and the login shell when it ends', async () => {
    const pane = await startedPane(shell, ['quits']);
    pane.shows('[tmux-persist] quits ended');
    // An interactive shell would print a prompt for each line of a script.
    expect(pane.text().trimStart().split('\n')[0]).toMatch(/^\[tmux-persist\] quits ended/);
    pane.shows('[tmux-persist] quits ended (exit status 7); to resume: claude --resume 3f36c85e');
    expect(pane.answer()).toBe('yes');
  });

  test('leaves the login shell when it is not found', async () => {
    const pane = await startedPane(shell, ['no-such-agent', '--resume', 'x']);
    pane.shows('[tmux-persist] no-such-agent could not be started (exit status 127)');
    expect(pane.answer()).toBe('yes');
  });

  test.each([
    ['Ctrl-C', 'C-c', 130],
    ['Ctrl-\\', 'C-\\', 131],
  ])('leaves the login shell when %s ends it', async (_, key, status) => {
    const pane = await startedPane(shell, ['claude']);
    pane.showsAgent();
    pane.press(key);
    pane.shows(`[tmux-persist] claude ended (exit status ${status})`);
    expect(pane.answer()).toBe('yes');
  });

  test('can be stopped with Ctrl-Z and goes on, again and again', async () => {
    const pane = await startedPane(shell, ['claude']);
    pane.showsAgent();
    for (const times of [1, 2]) {
      pane.press('C-z');
      waitUntil(() => pane.text().split('claude is stopped').length === times + 1, 'the word that it is stopped');
      expect(pane.answer()).toBe('yes');
      pane.press('exit', 'Enter');
      pane.showsAgent();
    }
    pane.press('C-c');
    pane.shows('[tmux-persist] claude ended (exit status 130)');
    expect(pane.answer()).toBe('yes');
  });
});

test('a shell that is not known leaves the login to sh, and gets the pane afterwards', async () => {
  const pane = await startedPane('odd', (home) => {
    symlinkSync('/bin/sh', join(home, 'bin/odd'));
    return ['quits'];
  });
  pane.shows('[tmux-persist] quits ended (exit status 7)');
  expect(pane.answer()).toBe('yes');
});

test('what ps shows is short, and says what runs', () => {
  const options = { agent: 'claude', env: { CLAUDE_CONFIG_DIR: '/srv/c' }, resumeHint: 'claude --resume 3f36c85e' };
  const words = paneCommand('/bin/bash', ['claude', '--resume', '3f36c85e'], options, '/bin/sh');
  expect(words.join(' ')).toBe(
    '/bin/bash -l -i -c exec "$@" /bin/bash /bin/sh -i -c . "$0" /bin/sh claude /bin/bash claude --resume 3f36c85e' +
      ' -- env CLAUDE_CONFIG_DIR=/srv/c claude --resume 3f36c85e',
  );
});

test('an agent runs the same where its user could not read the script', async () => {
  const hidden = mkdtempSync(join(tmpdir(), 'pane-agent-'));
  onTestFinished(() => rmSync(hidden, { recursive: true }));
  const script = join(hidden, 'pane-agent');
  copyFileSync(join(import.meta.dirname, '../../src/agents/pane-agent'), script);
  const pane = await startedPane('/bin/bash', ['quits'], {}, {}, script);
  pane.shows('[tmux-persist] quits ended (exit status 7); to resume: claude --resume 3f36c85e');
  expect(pane.answer()).toBe('yes');
});

test('an agent that cannot be resumed ends without a hint', async () => {
  const pane = await startedPane('/bin/sh', ['quits'], { resumeHint: null });
  pane.shows('[tmux-persist] quits ended');
  expect(pane.text()).toMatch(/quits ended \(exit status 7\)\n/);
});

test('an agent waits two seconds for the scope of its pane that does not come, and for none where none is made', () => {
  const { directory: home } = privateTmux();
  writeShellProfiles(home);
  writeProgram(home, 'claude', '#!/bin/sh\necho started\n');
  // What the program of a server that makes scopes has in it, and what leads such a server to its user's systemd.
  const server = join(home, 'server');
  copyFileSync('/bin/dash', server);
  appendFileSync(server, 'tmux-spawn-');
  const startMs = (variables: Readonly<Record<string, string>>): number => {
    const command = paneCommand('/bin/sh', ['claude'], { agent: 'claude', env: {}, resumeHint: null });
    const env = { HOME: home, PATH: '/usr/bin:/bin', ...variables };
    const begun = performance.now();
    const { stdout } = spawnSync(server, ['-c', '"$@"; :', 'sh', ...command], { env, input: '', encoding: 'utf8' });
    expect(stdout).toContain('started\n');
    expect(stdout).toContain('[tmux-persist] claude ended (exit status 0)');
    return performance.now() - begun;
  };
  const waitedMs = startMs({ XDG_RUNTIME_DIR: '/run/user/1' });
  expect(waitedMs).toBeGreaterThan(1_950);
  expect(startMs({})).toBeLessThan(waitedMs - 1_000);
});

describe('a program that is no agent', () => {
  test.each([
    ['once the size of its pane is steady', 3, 4],
    ['in the end also where that never is', Infinity, 10],
  ])('starts %s', async (_, steadyFrom, looks) => {
    const program = (home: string): readonly string[] => {
      // It tells another size each time, until it is steady.
      const count = 'echo >>"$HOME/looks"; n=$(wc -l <"$HOME/looks")';
      const size = steadyFrom === Infinity ? '$n' : `$((n < ${steadyFrom} ? n : ${steadyFrom}))`;
      writeProgram(home, 'stty', `#!/bin/sh\n${count}\necho "50 ${size}"\n`);
      writeProgram(home, 'looks-once', '#!/bin/sh\nwc -l <"$HOME/looks" >"$HOME/looks-before"\nsleep 1000\n');
      return ['looks-once'];
    };
    const pane = await startedPane('/bin/dash', program, { resumeHint: null, kind: 'program' });
    const before = join(pane.home, 'looks-before');
    const told = (): string => (existsSync(before) ? readFileSync(before, 'utf8').trim() : '');
    await expect.poll(told).toBe(String(looks));
  });

  test('leaves the login shell without a word, but for a program that could not be started', async () => {
    const pane = await startedPane('/bin/bash', ['quits'], { resumeHint: null, kind: 'program' });
    expect(pane.answer()).toBe('yes');
    expect(pane.text()).not.toContain('tmux-persist');
    const missing = await startedPane('/bin/bash', ['no-such-program'], { resumeHint: null, kind: 'program' });
    missing.shows('[tmux-persist] no-such-program could not be started (exit status 127)');
    expect(missing.answer()).toBe('yes');
  });
});

test('the end of an agent is told from what is like it', () => {
  expect(endOfAgentIn('[tmux-persist] claude ended (exit status 1); to resume: x', 'claude')).toBe('ended');
  expect(endOfAgentIn('[tmux-persist] claude could not be started (exit status 127)', 'claude')).toBe(
    'could not be started',
  );
  expect(endOfAgentIn('[tmux-persist] codex ended (exit status 1); to resume: claude', 'claude')).toBeNull();
  expect(endOfAgentIn('[tmux-persist] claude is stopped; it goes on when you leave this shell', 'claude')).toBeNull();
  expect(endOfAgentIn('claude ended (exit status 1)', 'claude')).toBeNull();
});

function hostileWords(command: string): readonly string[] {
  const run = [`$(${command})`, `\`${command}\``, `; ${command} #`, `' ; ${command}; '`, `" ; ${command}; "`];
  const odd = ['#{pane_id}', 'a;', ';', '\\', '', '--', '-x', '*', '~', '$argv', '%1', 'é\n\tü', '&&', '!!'];
  return [...run, `(${command})`, `#(${command})`, ...odd];
}

/** A pane in which an agent was started the way that a restored one is. */
async function startedPane(
  shell: string,
  argv: readonly string[] | ((home: string) => readonly string[]),
  options: Partial<PaneCommandOptions> = {},
  serverVariables: Readonly<Record<string, string>> = {},
  script?: string,
) {
  const private_ = privateTmux({ shell });
  const { directory: home, target, tmux } = private_;
  writeShellProfiles(home);
  writeProgram(home, 'claude', '#!/bin/bash\nprintf "%s\\0" "$@" >"$HOME/arguments"\nexec -a claude sleep 1000\n');
  writeProgram(home, 'quits', '#!/bin/sh\nexit 7\n');
  const words = typeof argv === 'function' ? argv(home) : argv;
  const path = shell.startsWith('/') ? shell : join(home, 'bin', shell);
  tmux('new-session', '-d', '-s', 'keeps-the-server', '--', 'sleep', '1000');
  for (const [name, value] of Object.entries(serverVariables)) tmux('set-environment', '-g', name, value);
  const command = paneCommand(
    path,
    words,
    {
      agent: words[0] ?? '',
      env: {},
      resumeHint,
      ...options,
    },
    script,
  );
  const window = {
    index: 0,
    name: '',
    automaticName: true,
    active: true,
    layout: 'ac9d,200x50,0,0,0',
    last: false,
    zoomed: false,
    options: [],
  };
  const request = {
    name: 'work',
    path: home,
    sharesWindowsOf: null,
    sharedWindow: null,
    sharedLastWindow: null,
    options: [],
    environment: [],
  };
  const windows = [{ ...window, panes: [{ active: true, title: '', cwd: home, command }] }];
  const live = new Map([['keeps-the-server', '$0']]);
  const [result] = await createSessions(target, [{ ...request, windows }], { timeoutMs, live });
  expect(result).toMatchObject({ outcome: 'created', notes: [] });
  return paneOf(private_, path);
}

function paneOf({ directory: home, tmux }: PrivateTmux, shell: string) {
  const told = (format: string) => tmux('display-message', '-p', '-t', '=work:', format).trim();
  const current = () => told('#{pane_current_command}');
  const text = () => tmux('capture-pane', '-p', '-J', '-t', '=work:');
  let questions = 0;
  return {
    home,
    current,
    text,
    press: (...keys: readonly string[]) => tmux('send-keys', '-t', '=work:', ...keys),
    showsAgent: () => waitUntil(() => current() === 'claude', 'the agent in the foreground'),
    shows: (words: string) =>
      waitUntil(
        () =>
          text()
            .split('\n')
            .some((line) => line.startsWith(words)),
        words,
      ),
    argumentsSeen: () => readFileSync(join(home, 'arguments'), 'utf8').split('\0').slice(0, -1),
    isStillThere: () => told('#{pane_dead}') === '0',
    /** What the shell of the pane, being in the foreground, does with a typed command. */
    answer: () => {
      waitUntil(() => current() === basename(shell), `${shell} in the foreground`);
      questions += 1;
      const answer = join(home, `answer-${questions}`);
      tmux('send-keys', '-t', '=work:', `echo yes > ${answer}`, 'Enter');
      waitUntil(() => existsSync(answer) && readFileSync(answer, 'utf8') !== '', 'an answer of the shell');
      return readFileSync(answer, 'utf8').trim();
    },
    /** Of the agent, by the pid that it knows. */
    environment: (): Readonly<Record<string, string>> => {
      const group = readFileSync(`/proc/${told('#{pane_pid}')}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[5];
      const variables = readFileSync(`/proc/${group ?? ''}/environ`, 'utf8')
        .split('\0')
        .filter(Boolean);
      return Object.fromEntries(
        variables.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]),
      );
    },
  };
}
