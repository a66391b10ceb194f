import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { GoneEntry } from '../../src/core/manifest.ts';
import { claudeCommand, claudeIn, holdersOf, newConversation } from '../support/fake-claude.ts';
import { binary, rosterOfSelf, sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { breachesOf, breachesOfLine } from '../support/printed-document.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { snapshotIds, storedSession } from '../support/stored-record.ts';
import { sessionNames, stateFiles } from '../support/world.ts';

const id = '3e1ec700-1111-4000-8000-000000000001';
const other = '3e1ec700-1111-4000-8000-000000000002';

describe('a web terminal', { timeout: 60_000 }, () => {
  test('sees what was lost, why, and brings back just what was ticked', () => {
    const box = sandbox();
    newConversation(box, 'notes', id, box.directory('code'));
    for (const name of ['shell', 'third']) box.tmux('new-session', '-d', '-s', name, '-c', box.home);
    box.persist('save');
    const [taken = ''] = snapshotIds(box);
    expect(rows(box, 'snapshot', taken)).toEqual([
      ['notes', `${box.home}/code`, id, 'live_same', 'skip', '-', 'off', '-'],
      ['shell', box.home, '-', 'live_same', 'skip', '-', 'off', '-'],
      ['third', box.home, '-', 'live_same', 'skip', '-', 'off', '-'],
    ]);
    box.killServer();
    const files = stateFiles(box);

    const picker = box.persist('picker', box.user);
    expect(picker).toMatchObject({ exitCode: 0, stderr: '' });
    expect(picker.stdout).toBe(
      [
        '#live\t0',
        '#snapshots',
        `${taken}\t3\tnewest`,
        `#rows\t${taken}`,
        `notes\t${box.home}/code\t${id}\tmissing\tnew\tnotes\ton\t-`,
        `shell\t${box.home}\t-\tmissing\tnew\tshell\ton\t-`,
        `third\t${box.home}\t-\tmissing\tnew\tthird\ton\t-`,
        '',
      ].join('\n'),
    );
    const document: unknown = JSON.parse(box.persist('picker', box.user, '--json').stdout);
    expect(breachesOf(document)).toEqual([]);
    const cause = 'server-died';
    expect(document).toMatchObject({
      kind: 'picker',
      user: box.user,
      isAdmin: false,
      observed: true,
      live: [],
      lost: [
        { name: 'notes', conversation: id, agent: 'claude', cause, comesBack: true, words: 'server died' },
        { name: 'shell', conversation: null, cause, comesBack: true },
        { name: 'third', comesBack: true },
      ],
      snapshots: [{ id: taken, live: 3, isNewest: true, lost: 0, appeared: 3, closed: 0, cause: null }],
      selection: { id: taken, rows: [{ name: 'notes', isTicked: true, goneAt: expect.any(String) }, {}, {}] },
    });
    expect(stateFiles(box)).toEqual(files);

    const refused = box.persist('restore-selection', box.user, taken, 'notes', 'nots', 'shell');
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toContain(`has no session "nots"; did you mean "notes"?`);
    expect(box.serverCount()).toBe(0);

    const lines = linesOf(box.persist('restore-selection', box.user, taken, 'notes', 'shell', '--json=lines').stdout);
    expect(lines.flatMap(breachesOfLine)).toEqual([]);
    expect(lines).toMatchObject([
      { event: 'begin', user: box.user, sessions: [{ name: 'notes', target: 'notes' }, { name: 'shell' }] },
      { event: 'session', name: 'shell', target: 'shell', outcome: 'created', notes: [] },
      { event: 'session', name: 'notes', target: 'notes', outcome: 'created' },
      { event: 'end', exitCode: 0, document: { kind: 'restore', summary: { created: 2 } } },
    ]);
    expect(sessionNames(box)).toEqual(['notes', 'shell']);
    expect(claudeIn(box, '=notes:')).toEqual(['--resume', id]);
    expect(JSON.parse(box.persist('picker', box.user, '--json').stdout)).toMatchObject({
      live: [{ name: 'notes', agent: 'claude', conversation: id, windows: 1 }, { name: 'shell' }],
      lost: [{ name: 'third', comesBack: true }],
      snapshots: [{ live: 2, isNewest: true }, { lost: 3, cause: 'server-died', live: 0 }, { id: taken }],
      selection: {
        rows: expect.arrayContaining([expect.objectContaining({ name: 'third', action: 'new', isTicked: true })]),
      },
    });
  });

  test('sees an agent that no save has seen, and one that another has followed in its pane', () => {
    const box = sandbox();
    newConversation(box, 'notes', id);
    box.persist('save');
    newConversation(box, 'work', other);
    const live = (): unknown => JSON.parse(box.persist('picker', box.user, '--json').stdout);
    expect(live()).toMatchObject({
      live: [
        { name: 'notes', conversation: id },
        { name: 'work', conversation: other },
      ],
    });
    const later = id.replace(/1$/, '7');
    box.tmux('respawn-pane', '-k', '-t', '=notes:', ...claudeCommand(box, later));
    waitUntil(() => holdersOf(box, later) === 1, 'the other conversation');
    expect(live()).toMatchObject({ live: [{ name: 'notes', conversation: later }, { conversation: other }] });
  });

  test('gets an agent back in its session, in a window of its own when its pane is busy', () => {
    const box = sandbox();
    const { taken, pane } = agentThatEnded(box);
    const shell = box.tmux('display-message', '-p', '-t', pane, '#{pane_pid}').trim();
    box.tmux('send-keys', '-t', pane, 'sleep 1000', 'Enter');
    waitUntil(() => box.tmux('display-message', '-p', '-t', pane, '#{pane_current_command}') === 'sleep\n', 'sleep');

    expect(rows(box, 'snapshot', taken)).toEqual([
      ['notes', box.home, id, 'live_no_claude', 'in_place', 'notes', 'off', '-'],
    ]);
    expect(box.persist('restore-selection', box.user, taken, 'notes')).toMatchObject({ exitCode: 0 });
    expect(holdersOf(box, id)).toBe(1);
    expect(box.tmux('list-windows', '-t', '=notes').split('\n')).toHaveLength(3);
    expect(box.tmux('display-message', '-p', '-t', pane, '#{pane_pid} #{pane_current_command}')).toBe(
      `${shell} sleep\n`,
    );
  });

  test('is promised the agent that a choice brings back, and told of none where only a shell runs or comes back', () => {
    const box = sandbox();
    const { taken } = agentThatEnded(box);
    const [newest = ''] = snapshotIds(box);
    expect(newest).not.toBe(taken);
    const inPlace = ['notes', box.home, id, 'live_no_claude', 'in_place', 'notes', 'off', '-'];
    for (const one of [taken, newest]) expect(rows(box, 'snapshot', one)).toEqual([inPlace]);
    const shell = { name: 'notes', agent: null, conversation: null };
    const picker = (): unknown => JSON.parse(box.persist('picker', box.user, '--json').stdout);
    expect(picker()).toMatchObject({
      live: [shell],
      selection: { id: newest, rows: [{ agent: 'claude', conversation: id }] },
    });

    box.killServer();
    expect(picker()).toMatchObject({ live: [], lost: [shell], selection: { rows: [{ ...shell, action: 'new' }] } });
    expect(box.persist('restore-selection', box.user, newest, 'notes')).toMatchObject({ exitCode: 0 });
    expect(claudeIn(box, '=notes:')).toBeNull();
    box.persist('save');

    expect(rows(box, 'snapshot', newest)).toEqual([inPlace]);
    expect(box.persist('restore-selection', box.user, newest, 'notes')).toMatchObject({ exitCode: 0 });
    waitUntil(() => holdersOf(box, id) === 1, 'the agent');
  });

  test('gives a session that a terminal has taken the name of its conversation, in a window of its own', () => {
    const box = sandbox();
    newConversation(box, 'notes', id);
    box.persist('save');
    const [taken = ''] = snapshotIds(box);
    box.killServer();
    box.tmux('new-session', '-d', '-s', 'notes', '-c', box.home);
    const pane = box.tmux('display-message', '-p', '-t', '=notes:', '#{pane_id} #{pane_pid}');

    expect(rows(box, 'snapshot', taken)).toEqual([
      ['notes', box.home, id, 'live_no_claude', 'in_place', 'notes', 'on', '-'],
    ]);
    expect(box.persist('restore-selection', box.user, taken, 'notes')).toMatchObject({ exitCode: 0 });
    expect(claudeIn(box, '=notes:1')).toEqual(['--resume', id]);
    expect(box.tmux('display-message', '-p', '-t', '=notes:0', '#{pane_id} #{pane_pid}')).toBe(pane);
    expect(sessionNames(box)).toEqual(['notes']);
    expect(rows(box, 'snapshot', taken)).toMatchObject([['notes', box.home, id, 'live_same', 'skip', '-', 'off', '-']]);
    expect(box.persist('restore-selection', box.user, taken, 'notes')).toMatchObject({ exitCode: 0 });
    expect(holdersOf(box, id)).toBe(1);
  });

  test.each([32, 45])('brings one of %d characters back beside another, under a name of at most 32', (length) => {
    const box = sandbox();
    const name = 'a'.repeat(length);
    newConversation(box, name, id);
    box.persist('save');
    const [taken = ''] = snapshotIds(box);
    box.killServer();
    newConversation(box, name, other);
    const [row = []] = rows(box, 'snapshot', taken);
    expect(row.slice(3, 5)).toEqual(['live_other_conv', 'suffixed']);
    expect(row[5]).toMatch(/^a{27}-\d{4}$/);
    expect(box.persist('restore-selection', box.user, taken, name)).toMatchObject({ exitCode: 0 });
    expect(sessionNames(box)).toEqual([String(row[5]), name].toSorted());
    expect(claudeIn(box, `=${row[5]}:`)).toEqual(['--resume', id]);
  });

  test.each(['before', 'after', 'never'])('knows a deliberate kill with its time when forget comes %s', (when) => {
    const box = sandbox();
    for (const name of ['stays', 'job-*']) box.tmux('new-session', '-d', '-s', name, '-c', box.home);
    box.persist('save');
    const [taken = ''] = snapshotIds(box);
    const forget = (): void => {
      expect(box.persist('forget', '--if-gone', '--', box.user, 'job-*')).toMatchObject({ exitCode: 0, stderr: '' });
    };
    if (when === 'before') forget();
    const beforeSeconds = Math.floor(Date.now() / 1000);
    box.tmux('kill-session', '-t', '=job-*');
    if (when === 'after') forget();
    box.persist('save');
    const [row = []] = rows(box, 'snapshot', taken);
    expect(row.slice(0, 7)).toEqual(['job-*', box.home, '-', 'missing', 'new', 'job-*', 'off']);
    expect(Number(/^killed@(\d+)$/.exec(row[7] ?? '')?.[1])).toBeGreaterThanOrEqual(beforeSeconds);
    expect(box.persist('restore', box.user).stdout).toContain('0 created');
  });

  test('knows the deliberate kill of the last session, with which its server ends, when forget comes before', () => {
    const box = sandbox();
    box.tmux('new-session', '-d', '-s', 'last', '-c', box.home);
    box.persist('save');
    const [taken = ''] = snapshotIds(box);
    expect(box.persist('forget', '--if-gone', box.user, 'last')).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    box.tmux('kill-session', '-t', '=last');
    waitUntil(() => box.serverCount() === 0, 'the end of the server');
    rmSync(box.socketPath, { force: true });
    box.persist('save');
    const [row = []] = rows(box, 'snapshot', taken);
    expect(row.slice(3)).toEqual(['missing', 'new', 'last', 'off', expect.stringMatching(/^killed@\d+$/)]);
    expect(box.persist('restore', box.user).stdout).toContain('0 created');
  });

  test('ticks nothing that was forgotten after a crash took it, and tells when it was forgotten', () => {
    const box = sandbox();
    for (const name of ['fgt', 'stays']) box.tmux('new-session', '-d', '-s', name, '-c', box.home);
    box.persist('save');
    const [before = ''] = snapshotIds(box);
    box.killServer();
    box.persist('save');
    const lost = snapshotIds(box).find((one) => one !== before) ?? '';
    const crashedAt = Date.parse(goneSession(box, 'fgt').goneAt);
    waitUntil(
      () => Math.floor(Date.now() / 1000) > Math.floor(crashedAt / 1000),
      'another second than that of the crash',
    );
    expect(box.persist('forget', box.user, 'fgt')).toMatchObject({ exitCode: 0 });
    const forgottenAt = goneSession(box, 'fgt').forgottenAt ?? '';
    expect(Date.parse(forgottenAt)).toBeGreaterThan(crashedAt);
    for (const taken of [before, lost]) {
      expect(rows(box, 'snapshot', taken)).toEqual([
        ['fgt', box.home, '-', 'missing', 'new', 'fgt', 'off', `killed@${Math.floor(Date.parse(forgottenAt) / 1000)}`],
        ['stays', box.home, '-', 'missing', 'new', 'stays', 'on', '-'],
      ]);
    }
    expect(box.persist('forget', '--if-gone', box.user, 'fgt')).toMatchObject({ exitCode: 0 });
    expect(goneSession(box, 'fgt').forgottenAt).toBe(forgottenAt);
    expect(box.persist('restore', box.user).stdout).toContain('1 created');
  });

  test('may forget what is not known, what runs, and what is forgotten', () => {
    const box = sandbox();
    expect(box.persist('forget', '--if-gone', box.user, 'x')).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    box.tmux('new-session', '-d', '-s', 'x');
    box.persist('save');
    expect(box.persist('forget', '--if-gone', box.user, 'x')).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    expect(box.persist('forget', box.user, 'x')).toMatchObject({ exitCode: 2 });
    box.tmux('new-session', '-d', '-s', 'y');
    box.tmux('kill-session', '-t', '=x');
    for (let run = 0; run < 2; run += 1) {
      expect(box.persist('forget', '--if-gone', box.user, 'x')).toMatchObject({ exitCode: 0, stderr: '' });
    }
    expect(JSON.parse(box.persist('picker', box.user, '--json').stdout)).toMatchObject({
      lost: [{ name: 'x', cause: 'forgotten', comesBack: false }],
    });
  });

  test('hears of a deliberate kill as a document, and why one was not noted', () => {
    const box = sandbox();
    for (const name of ['notes', 'other']) box.tmux('new-session', '-d', '-s', name);
    box.persist('save');
    const forget = (name: string, ...options: readonly string[]) => {
      const { exitCode, stdout } = box.persist('forget', ...options, '--json', box.user, name);
      const document: unknown = JSON.parse(stdout);
      expect(breachesOf(document)).toEqual([]);
      return [exitCode, document];
    };
    const told = { formatVersion: 1, kind: 'forget', user: box.user };
    expect(forget('nope', '--if-gone')).toEqual([0, { ...told, forgotten: [] }]);
    expect(forget('notes', '--if-gone')).toEqual([0, { ...told, forgotten: [] }]);
    expect(forget('nope')).toMatchObject([2, { kind: 'error', unknown: 'selection' }]);
    box.tmux('kill-session', '-t', '=notes');
    expect(forget('notes', '--if-gone')).toEqual([0, { ...told, forgotten: ['notes'] }]);
    expect(box.persist('plan', '--all').stdout).not.toMatch(/^ *\+ notes/m);
  });

  test('hears of a tmux that does not answer, and of nothing that is missing', () => {
    const box = sandbox();
    box.tmux('new-session', '-d', '-s', 'gone', '-c', box.home);
    box.persist('save');
    box.killServer();
    box.tmux('new-session', '-d', '-s', 'lives', '-c', box.home);
    box.persist('save');
    const [taken = ''] = snapshotIds(box);
    process.kill(box.serverPid(), 'SIGSTOP');
    const expected = ['gone', 'lives'].map((name) => [name, box.home, '-', 'live_same', 'skip', '-', 'off', '-']);
    expect(rows(box, 'snapshot', taken)).toEqual(expected);
    const picker = box.persist('picker', box.user);
    expect(picker.exitCode).toBe(4);
    expect(picker.stdout).toMatch(/^#live\t-\n/);
    expect(picker.stdout).not.toContain('missing');
  });

  test('is told of nothing that cannot be seen, and of no snapshot that is not there', () => {
    const box = sandbox();
    expect(box.persist('picker', box.user)).toMatchObject({ exitCode: 0, stdout: '#live\t0\n#snapshots\n#rows\t-\n' });
    for (const word of ['20261120', 'latest', '14:01', '../x']) {
      expect(box.persist('snapshot', box.user, word)).toMatchObject({ exitCode: 2, stdout: '' });
    }
    expect(box.persist('snapshot', box.user, '20261120T135951').stderr).toContain('has no snapshot');
    const lines = linesOf(box.persist('restore-selection', box.user, '20261120T135951', 'x', '--json=lines').stdout);
    expect(lines).toMatchObject([{ event: 'error', exitCode: 2, document: { kind: 'error' } }]);
    expect(lines.flatMap(breachesOfLine)).toEqual([]);
  });

  test('gets rows that no name and no directory breaks', () => {
    const box = sandbox();
    const directory = box.directory('a\tb\nc');
    // tmux takes the name as a format.
    box.tmux('new-session', '-d', '-s', '-x --json ##{pane_id} ü', '-c', directory);
    box.persist('save');
    const [taken = ''] = snapshotIds(box);
    const all = rows(box, 'snapshot', taken);
    expect(all).toHaveLength(1);
    expect(all[0]?.slice(0, 2)).toEqual(['-x --json #{pane_id} ü', String.raw`${box.home}/a\tb\nc`]);
    box.killServer();
    const name = '-x --json #{pane_id} ü';
    expect(box.persist('restore-selection', '--', box.user, taken, name)).toMatchObject({ exitCode: 0 });
    expect(sessionNames(box)).toEqual([name]);
  });

  test('selects and forgets by the first column of a row, whatever tmux let into the name', () => {
    const box = sandbox();
    const named = [
      '👩\u200D👩',
      'a\u202Eb',
      'soft\u00ADhyphen',
      'c\u0085d',
      'e\u2028f',
      'g\th',
      'back\\slash',
      '\\x85',
      '$HOME',
    ];
    for (const name of named) box.tmux('new-session', '-d', '-s', name, '-c', box.home);
    box.persist('save');
    const [taken = ''] = snapshotIds(box);
    const before = sessionNames(box);
    const column = rows(box, 'snapshot', taken).map(([name = '']) => name);
    expect(column).toHaveLength(named.length);
    expect(column).toContain('👩\u200D👩');
    expect(column.join('')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
    box.killServer();

    for (const name of column) {
      expect([name, box.persist('restore-selection', '--', box.user, taken, name).exitCode]).toEqual([name, 0]);
    }
    expect(sessionNames(box)).toEqual(before);

    box.persist('save');
    box.killServer();
    box.persist('save');
    for (const name of column) {
      const { exitCode, stdout } = box.persist('forget', '--if-gone', '--', box.user, name);
      expect([name, exitCode, stdout.split('\n').length]).toEqual([name, 0, 2]);
    }
    // What a plan shows of a name means the session, too.
    const words = ['restore-selection', '--', box.user, taken, String.raw`👩\u200d👩`];
    expect(box.persist(...words)).toMatchObject({ exitCode: 0 });
    expect(sessionNames(box)).toEqual(['👩\u200D👩']);
  });

  test('reads a long timeline from what the saves noted, and anew what was changed behind them', () => {
    const box = sandbox();
    box.tmux('new-session', '-d', '-s', 'a');
    for (let at = 0; at < 12; at += 1) {
      box.tmux('rename-session', '-t', '=a:', 'b');
      box.tmux('rename-session', '-t', '=b:', 'a');
      box.tmux('new-session', '-d', '-s', `s${at}`);
      box.persist('save');
    }
    expect(stateFiles(box)).toContain(`users/${box.user}/timeline.json`);
    const listed = (): readonly string[] =>
      box.persist('snapshots', '--brief', box.user).stdout.split('\n').slice(0, -1);
    const ids = snapshotIds(box).toSorted().toReversed();
    const expected = ids.map((one, at) => `${one}\t${ids.length + 1 - at}\t${at === 0 ? 'newest' : '-'}`);
    expect(listed()).toEqual(expected);
    const [newest = ''] = ids;
    writeFileSync(join(box.stateDirectory, 'users', box.user, 'snapshots', `${newest}.json`), 'no record');
    expect(listed()).toEqual(expected.slice(1).map((line, at) => (at === 0 ? line.replace('-', 'newest') : line)));
    writeFileSync(join(box.stateDirectory, 'users', box.user, 'timeline.json'), '{"formatVersion":1,"notes":[3]}');
    expect(listed()).toHaveLength(ids.length - 1);
  });

  test('means a user by a login of the roster, and nobody by any other', () => {
    const roster = rosterOfSelf().replace('{}', '{authentik_user: emil.example, persist: {admin: true}}');
    const box = sandbox({ roster });
    box.tmux('new-session', '-d', '-s', 'a');
    const own: unknown = JSON.parse(box.persist('picker', '--login', 'emil.example', '--json').stdout);
    expect(own).toMatchObject({ user: box.user, isAdmin: true, live: [{ name: 'a' }] });
    expect(box.persist('save', '--login', 'emil.example')).toMatchObject({ exitCode: 0 });
    for (const login of ['emil', 'Emil.example', box.user]) {
      expect(box.persist('picker', '--login', login)).toMatchObject({ exitCode: 2, stdout: '' });
    }
    expect(box.persist('picker', '--login', 'emil.example', box.user)).toMatchObject({ exitCode: 2 });
  });

  test.each([
    ['login', ['picker', '--login', 'nobody']],
    ['user', ['picker', 'nobody']],
    ['user', ['overview', 'nobody']],
    ['user', ['snapshots', 'nobody']],
    ['snapshot', ['snapshot', 'USER', '20261120T135951']],
    ['selection', ['restore-selection', 'USER', 'SNAPSHOT', 'nots']],
    [null, ['overview', 'USER']],
    [null, ['snapshot', 'USER', 'latest']],
  ] as const)('is told what is not known here: %s: %j', (unknown, words) => {
    const box = sandbox({ roster: rosterOfSelf() });
    box.tmux('new-session', '-d', '-s', 'a');
    box.persist('save');
    const [taken = ''] = snapshotIds(box);
    const places: Readonly<Record<string, string>> = { USER: box.user, SNAPSHOT: taken };
    const { exitCode, stdout } = box.persist(...words.map((word) => places[word] ?? word), '--json');
    const document: unknown = JSON.parse(stdout);
    expect([exitCode, document]).toMatchObject([2, { kind: 'error', unknown }]);
    expect(breachesOf(document)).toEqual([]);
  });

  test('is not told that a login leads to nobody where the roster is missing or cannot be used', () => {
    const box = sandbox({ roster: null });
    const refused = (): unknown => JSON.parse(box.persist('picker', '--login', 'emil', '--json').stdout);
    expect(refused()).toMatchObject({ kind: 'error', exitStatus: 2, unknown: null });
    writeFileSync(box.rosterPath, 'users: [');
    const words = ['picker', '--login', 'emil', '--json', '--roster', box.rosterPath];
    expect(JSON.parse(box.persist(...words).stdout)).toMatchObject({ kind: 'error', exitStatus: 2, unknown: null });
  });

  test('shows an administrator of the roster everybody, and others nothing', () => {
    const box = sandbox({ roster: rosterOfSelf().replace('{}', '{persist: {admin: true}}') });
    box.tmux('new-session', '-d', '-s', 'a');
    box.persist('save');
    const overview: unknown = JSON.parse(box.persist('overview', box.user, '--json').stdout);
    expect(breachesOf(overview)).toEqual([]);
    expect(overview).toMatchObject({
      user: box.user,
      users: [{ user: box.user, live: 1, lost: 0, saveProblem: null }],
    });
    writeFileSync(box.rosterPath, rosterOfSelf());
    const refused = box.persist('overview', box.user, '--json');
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('is no admin') });
  });

  test('works by a wrapper that another package has, with the words of the program before this one', () => {
    const box = sandbox();
    newConversation(box, 'notes', id);
    box.persist('save');
    const wrapper = join(box.home, 'tmux-restore-user');
    writeFileSync(wrapper, foreignWrapper);
    chmodSync(wrapper, 0o755);
    const call = (...args: readonly string[]): string =>
      execFileSync(wrapper, [box.user, ...args], {
        env: { ...box.env, TMUX_PERSIST: `${process.execPath} ${binary}` },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    expect(call('list')).toMatch(/^\d{8}T\d{6}\t1\tnewest\n$/);
    box.killServer();
    const opened = call('open').split('\n');
    const [, taken = ''] = opened.find((line) => line.startsWith('#rows'))?.split('\t') ?? [];
    expect(opened.at(-2)?.split('\t').slice(3, 7)).toEqual(['missing', 'new', 'notes', 'on']);
    expect(call('show', taken)).toContain('notes\t');
    call('select', taken, 'notes');
    expect(claudeIn(box, '=notes:')).toEqual(['--resume', id]);
    box.tmux('kill-session', '-t', '=notes');
    call('save');
    call('one', 'notes', 'go on');
    expect(sessionNames(box)).toEqual(['notes']);
  });
});

/** A session whose agent its user ended, with the snapshot in which it ran and a later one; its shell waits in the pane. */
function agentThatEnded(box: Sandbox): { readonly taken: string; readonly pane: string } {
  newConversation(box, 'notes', id);
  box.persist('save');
  box.killServer();
  box.persist('apply');
  expect(claudeIn(box, '=notes:')).toEqual(['--resume', id]);
  const [taken = ''] = snapshotIds(box);
  const pane = box.tmux('display-message', '-p', '-t', '=notes:', '#{pane_id}').trim();
  box.tmux('send-keys', '-t', pane, 'exit', 'Enter');
  waitUntil(() => claudeIn(box, '=notes:') === null, 'the end of the agent');
  box.persist('save');
  return { taken, pane };
}

/** As somebody else would write it: plain words, whatever they are given, to what is called tmux-persist on this host. */
const foreignWrapper = `#!/bin/bash
set -eu
user=$1; verb=\${2:-restore}; shift 2 || shift
case $verb in
  restore) exec $TMUX_PERSIST restore "$user" ;;
  list) $TMUX_PERSIST snapshots "$user" | cut -f1-3 ;;
  open) exec $TMUX_PERSIST picker "$user" ;;
  show) exec $TMUX_PERSIST snapshot "$user" "$1" ;;
  select) exec $TMUX_PERSIST restore-selection "$user" "$@" ;;
  one) exec $TMUX_PERSIST restore-one "$user" "$@" ;;
  save) exec $TMUX_PERSIST save "$user" ;;
  forget) exec $TMUX_PERSIST forget "$user" "$1" ;;
esac
`;

function rows(box: Sandbox, ...args: readonly string[]): readonly (readonly string[])[] {
  const [verb = '', ...rest] = args;
  const { stdout } = box.persist(verb, box.user, ...rest);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'));
}

function goneSession(box: Sandbox, name: string): GoneEntry {
  const entry = storedSession(box, name);
  if (entry.state === 'live') throw new Error(`${name} was to be gone`);
  return entry;
}

function linesOf(text: string): readonly unknown[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line));
}
