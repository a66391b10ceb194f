import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { binary, sandbox, type PersistResult, type Sandbox } from '../support/persist-sandbox.ts';
import { panesInPlace, sessionNames } from '../support/world.ts';

describe('without a locale, and with no client attached', () => {
  test('a save that splits what tmux prints at its tabs keeps nothing but its last line', () => {
    const box = workplace();
    expect(savedByTabs(box, { LANG: 'C.UTF-8' })).toEqual([
      'api|0|editor',
      'api|1|shell',
      'api|1|shell',
      'notes|0|bash',
      'state',
    ]);
    expect(savedByTabs(box, {})).toEqual(['state__']);
  });

  test.each([
    ['was switched off', 'killServer'],
    ['was shut down', 'stopServer'],
  ] as const)('ours is whole after a machine %s, as for one user without root, systemd or a roster', (_, end) => {
    const box = workplace();
    const before = panesInPlace(box);
    expect(persistFromNothing(box, 'save')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('2 live') });
    box[end]();
    expect(persistFromNothing(box, 'restore')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Applied: 2 created, 0 failed; '),
    });
    expect(sessionNames(box)).toEqual(['api', 'notes']);
    expect(panesInPlace(box)).toEqual(before);
  });
});

/** Two sessions, one with a window that is split; nobody is attached. */
function workplace(): Sandbox {
  const box = sandbox({ roster: null });
  const code = box.directory('code', 'with  two spaces');
  box.tmux('new-session', '-d', '-s', 'api', '-n', 'editor', '-c', box.home);
  box.tmux('new-window', '-t', '=api:', '-n', 'shell', '-c', code);
  box.tmux('split-window', '-t', '=api:', '-c', box.home);
  box.tmux('new-session', '-d', '-s', 'notes', '-n', 'bash', '-c', code);
  return box;
}

/**
 * What tmux-resurrect does: rows of columns that tabs keep apart, read by a shell, rows without a session name passed over, and one
 * row about the client that is written as tmux prints it.
 */
function savedByTabs(box: Sandbox, locale: Readonly<Record<string, string>>): readonly string[] {
  const script = `
    tmux -S "$1" list-panes -a -F "pane\t#{session_name}\t#{window_index}\t#{window_name}" |
      while IFS="$(printf '\\t')" read -r kind session window name; do
        [ -n "$session" ] || continue
        echo "$session|$window|$name"
      done
    tmux -S "$1" display-message -p "state\t#{client_session}\t#{client_last_session}"`;
  const printed = execFileSync('/bin/sh', ['-c', script, 'sh', box.socketPath], {
    env: { PATH: '/usr/bin:/bin', ...locale },
    encoding: 'utf8',
    timeout: 10_000,
  });
  return printed
    .split('\n')
    .slice(0, -1)
    .map((line) => line.trimEnd());
}

/** As a lifecycle script has it: no PATH, no locale, no terminal, input closed. Only where the test keeps its things is given. */
function persistFromNothing(box: Sandbox, ...args: readonly string[]): PersistResult {
  const places = [
    `HOME=${box.home}`,
    `TMUX_TMPDIR=${box.home}`,
    `TMUX_PERSIST_STATE_DIR=${box.stateDirectory}`,
    'TMUX_PERSIST_SOCKET_NAME=default',
  ];
  const argv = ['/usr/bin/env', '-i', ...places, process.execPath, binary, ...args];
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', 'exec "$@" <&-', 'sh', ...argv], {
    cwd: '/',
    encoding: 'utf8',
    timeout: 25_000,
    killSignal: 'SIGKILL',
  });
  return { exitCode: status, stdout, stderr };
}
