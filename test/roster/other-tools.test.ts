import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultPolicy, rosterProblemText } from '../../src/core/roster.ts';
import { parseRoster } from '../../src/roster/parse-roster.ts';

function rosterFile(name: string) {
  return parseRoster(readFileSync(join(import.meta.dirname, 'rosters', name), 'utf8'), name);
}

function usersOf(name: string) {
  const { roster, problems } = rosterFile(name);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return roster?.users.map((user) => [user.name, user.logins.map((login) => login.name), user.parked]);
}

describe('a roster as the authors of other tools write it', () => {
  test('can be Ansible variables, with tags, templates, numbers as logins and yes', () => {
    expect(usersOf('ansible-group-vars.yml')).toEqual([
      ['emil', ['4711'], false],
      ['anca', [], true],
    ]);
  });

  test('can be made of anchors and merge keys, with values that are of no kind we know', () => {
    expect(usersOf('compose-anchors.yaml')).toEqual([
      ['gheorghe_popa', ['gheorghe.popa'], false],
      ['emo', [], false],
      ['wizard', [], false],
    ]);
    const { roster } = rosterFile('compose-anchors.yaml');
    expect(roster?.users.map(({ policy }) => policy.exclude)).toEqual([[], ['__*'], ['__*']]);
  });

  test('can be written by a program as JSON, with empty and unknown values', () => {
    expect(usersOf('provisioner.yaml')).toEqual([
      ['gheorghe_popa', ['gheorghe.popa'], false],
      ['vera', [], true],
      ['emo', [], false],
    ]);
  });

  test('can come from an editor of another system, with its mark, line ends, tabs and letters', () => {
    expect(usersOf('windows-editor.yaml')).toEqual([
      ['mueller', ['Jürgen.Müller@example.org'], false],
      ['anca', [], false],
    ]);
  });

  test('can list its users otherwise, and is told how a roster has them', () => {
    const { roster, problems } = rosterFile('cloud-config.yaml');
    expect(roster).toBeNull();
    expect(problems.map((problem) => rosterProblemText('r', problem))).toEqual([
      'r:3:3: users must be a map, not a list; write each user as "emo:" instead of "- name: emo"',
    ]);
  });
});

describe('what belongs to other tools', () => {
  test.each([
    'namespaces: [gheorghe_popa]',
    'namespaces: gheorghe',
    'namespaces: 7',
    'tier: poweruser',
    'tier: 3',
    'tier: [a, b]',
    'repos: []',
    'repos: {a: b}',
    'repos: [infra, infra, "../x"]',
    'code_layout: monorepo',
    'k8s_user: true',
    'k8s_user: "a\\nb"',
    'parked: yes',
    'parked: 2026-01-01',
    'parked: [x]',
    'authentik_user: 007',
    'authentik_user: 1e3',
    'authentik_user: false',
    'authentik_user: {name: emil}',
    'authentik_user: a=b:c',
    'shell: *nowhere_else',
    'groups: {? [a, b] : c}',
    'mail: !!str x@y',
    'home: &h /home/emo\n    backup: *h',
    'a: 1\n    a: 2\n    a: 3',
  ])('never holds a user back: %s', (line) => {
    const text = `x: &nowhere_else y\nusers:\n  emo:\n    ${line}\n  anca:\n`;
    const { roster, problems } = parseRoster(text, 'r');
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(roster?.users.map(({ name, mistake }) => [name, mistake])).toEqual([
      ['emo', null],
      ['anca', null],
    ]);
  });

  test.each(['on', 'Yes', 'TRUE', 'y', '1', 'true', 'perhaps', '[]'])('is parked by %j', (word) => {
    expect(parseRoster(`users: {emo: {parked: ${word}}}`, 'r').roster?.users[0]?.parked).toBe(true);
  });

  test.each(['off', 'No', 'FALSE', 'n', '0', 'false', '', '~', '""'])('is not parked by %j', (word) => {
    expect(parseRoster(`users: {emo: {parked: ${word}}}`, 'r').roster?.users[0]?.parked).toBe(false);
  });

  test('counts as it is written last when it is there twice', () => {
    expect(parseRoster('users: {emo: {parked: yes, parked: no}}', 'r').roster?.users[0]?.parked).toBe(false);
  });
});

describe('a mistake in what is ours', () => {
  test.each([
    'persist: {keep_snapshots: many}',
    'persist: {exclude: x}',
    'persist: 7',
    'persist: {heal: off, heal: on}',
    'persist: {}\n    persist: {}',
    'persist: {names: "("}',
    'persist: {names: "(a+)+"}',
    'persist: {names: "^((a|b)c*)*$"}',
    'persist: {names: "^(?:x(y|yy))+$"}',
    'persist: {names: "(?<word>[a-z]+-?){2,}"}',
    'persist: {keep_when: "#(reboot)"}',
    'persist: {keep_when: "#{a},#(reboot)}"}',
    'persist: {keep_when: "#{a},#{b}"}',
    'persist: {keep_when: "#{a}}"}',
    'persist: {keep_when: "#{==:#{a},b}}"}',
    'persist: {keep_when: "#{==:#{a,b}"}',
    'persist: {keep_when: user}',
    'persist: {names: [a]}',
  ])('in the settings of one user holds that user alone: %s', (line) => {
    const { roster } = parseRoster(`users:\n  emo:\n    ${line}\n  anca:\n`, 'r');
    expect(roster?.users.map(({ name, mistake }) => [name, mistake === null])).toEqual([
      ['emo', false],
      ['anca', true],
    ]);
  });

  test('lets nothing be thrown away of the user who is held', () => {
    const { roster } = parseRoster('users: {emo: {persist: {keep_snapshots: 5OO}}}', 'r');
    expect(roster?.users[0]?.policy).toEqual({ ...defaultPolicy, keepSnapshots: Number.MAX_SAFE_INTEGER });
  });

  test.each(['7', 'a b', 'emil@example.org', '"-x"', 'ștefan'])(
    'in one account name leaves out that entry alone: %s',
    (key) => {
      const { roster, problems } = parseRoster(`users:\n  ${key}:\n  anca:\n`, 'r');
      expect(roster?.users.map(({ name }) => name)).toEqual(['anca']);
      expect(problems.map(({ severity }) => severity)).toEqual(['error']);
    },
  );

  test('in an account that is there twice holds that account', () => {
    const { roster } = parseRoster('users:\n  emo: {a: 1}\n  emo:\n  anca:\n', 'r');
    expect(roster?.users.map(({ name, mistake }) => [name, mistake])).toEqual([
      ['emo', 'key "emo" is there twice, first in line 2 (line 3)'],
      ['anca', null],
    ]);
  });

  test('in an anchor that two users share holds both', () => {
    const { roster } = parseRoster('x: &x {heal: perhaps}\nusers: {a: {persist: *x}, b: {persist: *x}, c: }', 'r');
    expect(roster?.users.map(({ mistake }) => mistake === null)).toEqual([false, false, true]);
  });

  test.each([
    'persist: {keep_snapshots: 0}',
    'persist: []',
    'persist: {start: 1}',
    'users: 3',
    'persist: 1\npersist: 2',
  ])('in what all users share makes the roster unusable: %s', (line) => {
    const text = line.startsWith('users') ? line : `${line}\nusers: {emo: }`;
    expect(parseRoster(text, 'r').roster).toBeNull();
  });
});

describe('an expression for the names of sessions', () => {
  test.each([
    '^[a-zA-Z0-9_-]{1,32}$',
    '^(job|work)-\\d+$',
    '^[(+)]*$',
    '\\(a+\\)+',
    '^(ab)+$',
    '[a-z\\-]',
    '(?!__)',
    '\\_x',
  ])('is taken as it is: %s', (text) => {
    const { roster, problems } = parseRoster(`users: {}\npersist: {names: ${JSON.stringify(text)}}`, 'r');
    expect(problems.map(({ code }) => code)).toEqual(['no-users']);
    expect(roster).not.toBeNull();
  });
});

describe('a roster without anybody', () => {
  test.each(['', '# emil is gone\n', '---\n', '\uFEFF', 'users:\n', 'users:\n  # emo:\n'])(
    'may have been cut off while it was written: %j',
    (text) => {
      const { roster, problems } = parseRoster(text, 'r');
      expect(roster?.users).toEqual([]);
      expect(problems.map(({ severity, code }) => [severity, code])).toEqual([['warning', 'empty']]);
    },
  );

  test('is meant when it says so', () => {
    expect(parseRoster('users: {}\n', 'r').problems.map(({ code }) => code)).toEqual(['no-users']);
  });
});

describe('an error of YAML is told in words, at its place', () => {
  test.each([
    ['users:\n  emo:\n\ttier: admin\n', '3:1: this line is indented with a tab; YAML takes spaces only'],
    ['users:\n  emo:\n    tier:admin\n    parked: yes\n', '3:5: a space is missing after ":"'],
    [
      'users:\n  emo:\n    note: Grüße: an alle\n',
      '3:11: a second ":" in this value, or the next line is indented too far; write a value with ": " in quotes',
    ],
    ['users:\n  emo:\n    note: "Emil\n  anca:\n', '3:11: the text that begins here has no closing "'],
    [
      "users:\n  emo:\n    note: 'it's'\n",
      '3:15: text follows a closing quote; double a quote inside of quotes, or use the other kind',
    ],
    [
      'users:\n  emo:\n    repos: [a, b\n  anca:\n',
      '4:3: a "]" is missing before this line, or this line must be indented more',
    ],
    ['users:\n  emo:\n    home: {{ home }}/x\n', '3:11: a value cannot begin with "{{"; write it in quotes'],
    [
      'users:\n  emo:\n    persist: {exclude: [*, a]}\n',
      '3:25: a word that begins with "*" stands for something else in YAML; write it in quotes',
    ],
    [
      'users:\n  emo:\n    persist: {exclude: [*foo]}\n',
      '3:25: alias "*foo" has no anchor before it; if it is a pattern, write it in quotes',
    ],
    ['users:\n  emo:\n    tier: @admin\n', '3:11: a value cannot begin with this character; write it in quotes'],
    ['users:\n  emo:\n    tier: a\n   parked: yes\n', '4:4: this line is not indented like any line before it'],
    [
      'users:\n  emo\n    tier: admin\n',
      '2:3: this line is neither "key:" nor "key: value"; is a ":" missing, or is it indented too far?',
    ],
    ['users:\n  emo: {a: 1}}\n', '2:14: a "}" too many'],
    ['<<<<<<< HEAD\nusers:\n  emo:\n', '1:1: a conflict of a merge (git) was left in the file'],
    ['users: {}\n---\nusers: {}\n', '2:1: a second YAML document starts here; a roster is one'],
  ])('%j: %s', (text, expected) => {
    const { roster, problems } = parseRoster(text, 'r');
    expect(roster).toBeNull();
    expect(problems.map((problem) => rosterProblemText('r', problem))).toContain(`r:${expected}`);
  });
});
