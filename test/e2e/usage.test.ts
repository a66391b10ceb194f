import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { intoClosedPipe, intoFullDisk, onTerminal, withRedirections } from '../support/other-outputs.ts';
import { sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { sessionNames, stateFiles } from '../support/world.ts';

describe('a command line that cannot be meant', () => {
  test.each([
    [['aply'], '"aply" is not a command; did you mean apply?'],
    [['frobnicate'], '"frobnicate" is not a command\n'],
    [['plan', '--sesion', 'x'], '--sesion is not an option; did you mean --session?'],
    [['save', '--all'], 'save does not take --all'],
    [['apply', '--session'], '--session needs a value: --session NAME'],
    [['apply', '--session='], '--session needs a value'],
    [['apply', '--message', ''], '--message needs a value: --message TEXT'],
    [['apply', '--message', ' \n'], '--message is blank'],
    [['plan', '--message', 'go on'], 'plan does not take --message'],
    [['restore', '--message', 'go on'], 'restore does not take --message'],
    [['plan', '--json=yes'], '--json takes no value'],
    [['plan', 'extra'], 'user "extra" is not in the roster'],
    [['watch', 'extra'], 'watch takes no argument "extra"'],
    [['plan', '-z'], '-z is not an option\n'],
    [['roster', 'check', '-u', 'x'], 'roster does not take -u'],
    [['apply', '--dry-run'], '--dry-run is not an option; what apply or restore would do: tmux-persist plan'],
    [['list'], '"list" is not a command; what runs: tmux-persist status'],
    [['help', 'aply'], '"aply" is not a command; did you mean apply?'],
    [['snapshots'], 'snapshots needs more arguments: USER'],
    [['forget', 'somebody'], 'forget needs more arguments: USER NAME|PATTERN...'],
    [['restore', ''], 'an argument is empty'],
    [['save', '--lock-timeout', 'soon'], '--lock-timeout "soon" is not a number of seconds'],
    [['plan', '--socket-name', '../evil'], '--socket-name "../evil" is not a file name'],
    [['roster', 'chekc'], 'roster "chekc": it is check or map'],
  ])('%j is refused with exit status 2 and a hint, and nothing is done', (args, words) => {
    const box = sandbox();
    const refused = box.persist(...args);
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toContain(`tmux-persist: ${words}`);
  });

  test.each([
    [['show', 'root', '--json', '--tsv'], '--json and --tsv exclude each other'],
    [['snapshots', 'root', '--brief', '--json'], '--brief and --json exclude each other'],
    [['status', '--format', '{live}', '--json'], '--format and --json exclude each other'],
  ])('is refused in a document, too, when it asks for one: %j', (args, message) => {
    const { exitCode, stdout, stderr } = sandbox().persist(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`tmux-persist: ${message}\n`);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'error', exitStatus: 2, errors: [{ message }] });
  });

  test('with a message of more than 4096 bytes is refused with what to do instead, and nothing is done', () => {
    const box = sandbox();
    expect(box.persist('apply', '--message', 'é'.repeat(2048))).toMatchObject({ exitCode: 0 });
    expect(box.persist('apply', '--message', `${'é'.repeat(2048)}x`)).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        'tmux-persist: --message has 4097 bytes, and at most 4096 are allowed; ' +
        'put the text into a file, and name that file\n',
    });
  });

  test('is told everything that is wrong with it at once', () => {
    const { stderr } = sandbox().persist('watch', '--usr', '--jsn', 'extra');
    expect(stderr.trimEnd().split('\n')).toEqual([
      'tmux-persist: --usr is not an option; did you mean --user?',
      'tmux-persist: --jsn is not an option',
      'tmux-persist: watch takes no argument "extra"',
      'tmux-persist: see: tmux-persist watch --help',
    ]);
  });

  test('without any command shows the help on stderr and exits 2', () => {
    const { exitCode, stdout, stderr } = sandbox().persist();
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('Usage: tmux-persist COMMAND');
  });
});

describe('a user', () => {
  test.each([
    ['restore', 'nobody-here'],
    ['plan', '--user', 'nobody-here'],
    ['plan', '-u', 'nobody-here'],
    ['status', '--verbose', 'nobody-here'],
    ['save', '--user', 'nobody-here'],
  ])('whom nobody knows makes %s %s %s exit 2, and nobody is touched', (...args) => {
    const box = withLostSession();
    const files = stateFiles(box);
    const refused = box.persist(...args);
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toContain('user "nobody-here" is not in the roster');
    expect(sessionNames(box)).toEqual([]);
    expect(stateFiles(box)).toEqual(files);
  });

  test('is named by a word, by --user or by -u, to the same effect', { timeout: 90_000 }, () => {
    const box = withLostSession();
    const forms = [[box.user], ['--user', box.user], ['-u', box.user], [`-u${box.user}`]];
    // Recorded as gone, so that every run tells the same time of its loss.
    box.persist('save');
    for (const command of ['plan', 'show', 'snapshots', 'history']) {
      const [first, ...others] = forms.map((form) => box.persist(command, ...form));
      expect(first).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(' ') });
      for (const other of others) expect({ command, ...other }).toEqual({ command, ...first });
    }
    expect(box.persist('forget', '-u', box.user, 'notes').stdout).toBe(`${box.user}: forgot notes\n`);
  });

  test('of a similar name is suggested', () => {
    const box = sandbox();
    expect(box.persist('restore', `${box.user}t`).stderr).toContain(`did you mean ${box.user}?`);
  });
});

describe('--help and --version', () => {
  test('print on stdout, exit 0 and need no roster', () => {
    const box = sandbox({ roster: null });
    const { version }: { version: string } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(box.persist('--version')).toEqual({ exitCode: 0, stdout: `tmux-persist ${version}\n`, stderr: '' });
    for (const args of [
      ['--help'],
      ['-h'],
      ['help'],
      ['help', 'plan'],
      ['apply', '--help'],
      ['--roster', '/nonexistent', 'plan', '--help'],
    ]) {
      expect(box.persist(...args)).toEqual({
        exitCode: 0,
        stdout: expect.stringContaining('Usage: tmux-persist'),
        stderr: '',
      });
    }
  });
});

describe('output', () => {
  test('has no colour where it is not a terminal, and none on one with NO_COLOR or --no-color', () => {
    const box = withLostSession();
    expect(box.persist('plan').stdout).not.toContain('\u001b');
    expect(onTerminal(box, ['plan']).stdout).toContain('\u001b[32m');
    expect(onTerminal(box, ['plan', '--no-color']).stdout).not.toContain('\u001b');
    expect(onTerminal(box, ['plan'], { NO_COLOR: '1' }).stdout).not.toContain('\u001b');
  });

  test('of --quiet has nothing on stderr but errors', () => {
    const box = sandbox({ roster: null });
    expect(box.persist('plan', '--quiet').stderr).toBe('');
    const warned = sandbox({ roster: `users:\n  ${box.user}: { sesions: 1 }\n` });
    expect(warned.persist('plan').stderr).toContain('warning');
    expect(warned.persist('plan', '--quiet').stderr).toBe('');
  });

  test('of --verbose lists running sessions, too', () => {
    const box = withLostSession();
    box.persist('apply');
    expect(box.persist('plan').stdout).not.toContain('notes');
    expect(box.persist('plan', '--verbose').stdout).toContain('  = notes ');
  });

  test('into a pipe that is closed early is no error', () => {
    const box = withLostSession();
    for (const command of ['plan --json', '--help', `show ${box.user} --json`]) {
      expect(intoClosedPipe(box, command.split(' '))).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    }
  });

  test.each(['>&-', '>&- 2>&-', '<&- >&- 2>&-', '1</dev/null', '<&- 1</dev/null 2</dev/null'])(
    'of sessions brought back, into outputs as with %s, does not change how it went',
    (redirections) => {
      const box = withLostSession();
      expect(withRedirections(box, redirections, ['restore']).exitCode).toBe(0);
      expect(sessionNames(box)).toEqual(['notes']);
      expect(box.persist('plan', '--exit-code').exitCode).toBe(0);
      expect(withRedirections(box, redirections, ['restore', 'nobody-here']).exitCode).toBe(2);
    },
  );

  test('that nobody could read is told on stderr', () => {
    const box = withLostSession();
    expect(withRedirections(box, '1</dev/null', ['apply'])).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'tmux-persist: the result could not be written: bad file descriptor\n',
    });
  });

  test('onto a full disk is a failure, and is told', () => {
    const box = withLostSession();
    expect(intoFullDisk(box, 'stdout', ['plan', '--json'])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'tmux-persist: the result could not be written: no space left on device\n',
    });
  });
});

describe('a complaint that cannot be written', () => {
  test('leaves the exit status to tell it', () => {
    const box = withLostSession();
    expect(intoFullDisk(box, 'stderr', ['restore', 'nobody-here'])).toEqual({ exitCode: 2, stdout: '', stderr: '' });
    expect(intoFullDisk(box, 'stderr', ['aply'])).toEqual({ exitCode: 2, stdout: '', stderr: '' });
  });

  test('keeps nothing else from being done', () => {
    const box = withLostSession();
    appendFileSync(box.rosterPath, 'mystery: 1\n');
    expect(box.persist('plan').stderr).toContain('mystery');
    const { exitCode, stdout } = intoFullDisk(box, 'stderr', ['apply']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining('created notes') });
    expect(sessionNames(box)).toEqual(['notes']);
  });
});

describe('the place of a file or socket', () => {
  test('is taken from the environment, and a flag beats it', () => {
    const box = sandbox();
    box.tmux('-L', 'other', 'new-session', '-d', '-s', 'elsewhere', '-c', box.home);
    const other = join(box.home, 'other-state');
    const wrong = { TMUX_PERSIST_SOCKET_NAME: 'wrong', TMUX_PERSIST_ROSTER: '/nonexistent' };
    expect(box.persistIn(wrong, 'save').exitCode).toBe(2);
    const flags = ['--socket-name', 'other', '--roster', box.rosterPath, '--state-dir', other];
    expect(box.persistIn(wrong, ...flags, 'save').stdout).toContain(', 1 live\n');
    expect(box.persistIn({ TMUX_PERSIST_SOCKET_NAME: 'other' }, 'plan', '--verbose').stdout).toContain('= elsewhere');
    expect(box.persist('--state-dir', other, 'snapshots', box.user).stdout).toContain('\t1\tnewest\t');
  });
});

describe('without a roster', () => {
  test('the invoking user stands alone, which is said to root alone, on stderr', () => {
    const box = sandbox({ roster: null });
    box.tmux('new-session', '-d', '-s', 'mine', '-c', box.home);
    const saved = box.persist('save');
    expect(saved).toMatchObject({
      exitCode: 0,
      stderr: process.getuid?.() === 0 ? 'tmux-persist: there is no roster: this is about root alone\n' : '',
    });
    expect(saved.stdout).toContain(`${box.user}: saved `);
  });
});

function withLostSession(): Sandbox {
  const box = sandbox();
  box.tmux('new-session', '-d', '-s', 'notes', '-c', box.home);
  box.persist('save');
  box.killServer();
  return box;
}
