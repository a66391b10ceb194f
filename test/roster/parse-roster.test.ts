import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { usualPrograms } from '../../src/core/pane-program.ts';
import { type RosterProblem, defaultPolicy, rosterProblemText } from '../../src/core/roster.ts';
import { parseRoster } from '../../src/roster/parse-roster.ts';

const designExample = `persist:                        # optional defaults of this program
  keep_snapshots: 200
  restore: { server-stopped: manual }
users:
  wizard: { authentik_user: vbarzin, k8s_user: wizard, tier: admin }
  emo:
    authentik_user: emil.barzin
    k8s_user: emo
    tier: power-user
    code_layout: workspace
    repos: [tripit]
    persist: { exclude: ["__*"], restore: { closed: manual } }
  anca: { authentik_user: anca, k8s_user: anca, tier: namespace-owner, namespaces: [plotting-book], parked: true }
`;

function problemsOfMessage(message: string): readonly RosterProblem[] {
  return parseRoster(`persist: { heal: { message: ${JSON.stringify(message)} } }\nusers: { a: }\n`, 'r.yaml').problems;
}

function problemsOf(text: string): readonly string[] {
  return parseRoster(text, 'r.yaml').problems.map((problem) => rosterProblemText('r.yaml', problem));
}

function usersOf(text: string) {
  const { roster, problems } = parseRoster(text, 'r.yaml');
  expect(problems.filter((problem) => problem.severity === 'error')).toEqual([]);
  return roster?.users ?? [];
}

describe('a valid roster', () => {
  test('gives its users in file order, with logins, parking and policy', () => {
    expect(parseRoster(designExample, '/etc/r.yaml')).toEqual({
      problems: [],
      roster: {
        path: '/etc/r.yaml',
        start: { agentsAtOnce: null, memoryFloorMib: 512 },
        users: [
          {
            name: 'wizard',
            logins: [{ name: 'vbarzin', cwd: null }],
            parked: false,
            isAdmin: false,
            mistake: null,
            policy: defaultPolicy,
          },
          {
            name: 'emo',
            logins: [{ name: 'emil.barzin', cwd: null }],
            parked: false,
            isAdmin: false,
            mistake: null,
            policy: { ...defaultPolicy, exclude: ['__*'] },
          },
          {
            name: 'anca',
            logins: [{ name: 'anca', cwd: null }],
            parked: true,
            isAdmin: false,
            mistake: null,
            policy: defaultPolicy,
          },
        ],
      },
    });
  });

  test('may leave out everything about a user, and the contents of persist', () => {
    expect(usersOf('persist:\nusers:\n  emo:\n  anca: {persist: {restore: }}\n')).toEqual([
      { name: 'emo', logins: [], parked: false, isAdmin: false, mistake: null, policy: defaultPolicy },
      { name: 'anca', logins: [], parked: false, isAdmin: false, mistake: null, policy: defaultPolicy },
    ]);
  });

  test('says how gently agents are started, on the host and not for one user', () => {
    const text =
      'persist: { start: { agents_at_once: 3, memory_floor_mib: 0 }, allow_skip_permissions: false }\nusers: { emo: }\n';
    const { roster, problems } = parseRoster(text, 'r.yaml');
    expect(problems).toEqual([]);
    expect(roster?.start).toEqual({ agentsAtOnce: 3, memoryFloorMib: 0 });
    expect(roster?.users[0]?.policy.allowSkipPermissions).toBe(false);
    expect(parseRoster('users: { emo: { persist: { start: { agents_at_once: 3 } } } }\n', 'r.yaml').problems).toEqual([
      expect.objectContaining({ severity: 'warning', code: 'unknown-key', line: 1 }),
    ]);
    expect(parseRoster('persist: { start: { agents_at_once: 0 } }\nusers: { emo: }\n', 'r.yaml').problems).toEqual([
      expect.objectContaining({ severity: 'error', code: 'invalid-value', line: 1 }),
    ]);
  });

  test("lays a user's settings over the shared ones, and those over the defaults", () => {
    const [own, shared] = usersOf(`
persist: { keep_snapshots: 50, restore: { reboot: manual, closed: automatic }, exclude: [tmp, "__*"], programs: [bot], scrollback: 2000 }
users:
  a: { persist: { keep_snapshots: 7, restore: { closed: manual }, exclude: ["x?", tmp], programs: [npm run dev, vim], scrollback: off } }
  b:
`);
    expect(own?.policy).toEqual({
      keepSnapshots: 7,
      allowSkipPermissions: true,
      serverMemory: { highMib: null, maxMib: null },
      restore: { ...defaultPolicy.restore, reboot: 'manual', closed: 'manual' },
      exclude: ['tmp', '__*', 'x?'],
      names: null,
      keepWhen: null,
      sockets: ['default'],
      programs: [...usualPrograms, 'bot', 'npm run dev'],
      scrollbackLines: null,
      heal: defaultPolicy.heal,
    });
    expect(shared?.policy).toEqual({
      keepSnapshots: 50,
      allowSkipPermissions: true,
      serverMemory: { highMib: null, maxMib: null },
      restore: { ...defaultPolicy.restore, reboot: 'manual', closed: 'automatic' },
      exclude: ['tmp', '__*'],
      names: null,
      keepWhen: null,
      sockets: ['default'],
      programs: [...usualPrograms, 'bot'],
      scrollbackLines: 2000,
      heal: defaultPolicy.heal,
    });
  });

  test('manages the servers on the named sockets, and a list of a user replaces the shared one', () => {
    const users = usersOf(`
persist: { sockets: [default, "work-*"] }
users:
  a: { persist: { sockets: [/run/a/tmux] } }
  b: { persist: { sockets: [] } }
  c:
`);
    expect(users.map(({ policy }) => policy.sockets)).toEqual([['/run/a/tmux'], [], ['default', 'work-*']]);
  });

  test('starts no program again where it says off, and only those that a user lists over that', () => {
    const users = usersOf(`
persist: { programs: off }
users:
  a: { persist: { programs: [bot] } }
  b: { persist: { programs: [] } }
`);
    expect(users.map(({ policy }) => policy.programs)).toEqual([['bot'], []]);
    const [off, on] = usersOf('users: { a: { persist: { programs: false } }, b: { persist: { programs: } } }\n');
    expect([off?.policy.programs, on?.policy.programs]).toEqual([[], usualPrograms]);
  });

  test('heals what it says, key by key, and one word is for all', () => {
    const users = usersOf(`
persist: { heal: { own-limit: off, message: "go on" } }
users:
  a: { persist: { heal: { server-died: off, own-limit: on } } }
  b: { persist: { heal: off } }
  c: { persist: { heal: on } }
  d: { persist: { heal: { host-memory: false, message: } } }
  e: { persist: { heal: false } }
  f: { persist: { heal: } }
`);
    expect(users.map(({ policy }) => policy.heal)).toEqual([
      { serverDied: false, ownLimit: true, hostMemory: true, message: 'go on' },
      { serverDied: false, ownLimit: false, hostMemory: false, message: 'go on' },
      { serverDied: true, ownLimit: true, hostMemory: true, message: 'go on' },
      { serverDied: true, ownLimit: false, hostMemory: false, message: null },
      { serverDied: false, ownLimit: false, hostMemory: false, message: 'go on' },
      { serverDied: true, ownLimit: false, hostMemory: true, message: 'go on' },
    ]);
    expect(usersOf('users: { a: }\n')[0]?.policy.heal).toEqual(defaultPolicy.heal);
  });

  test('takes a first prompt of 4096 bytes, whatever its characters are, and none of more', () => {
    expect(problemsOfMessage('ü'.repeat(2048))).toEqual([]);
    expect(problemsOfMessage('a line\n\tand "another"\n')).toEqual([]);
    expect(problemsOfMessage('ü'.repeat(2049))).toMatchObject([
      { severity: 'error', line: 1, column: 29, message: 'persist.heal.message may have at most 4096 bytes, not 4098' },
    ]);
  });

  test("limits the memory of a user's server, key by key, and lets one user have no limit", () => {
    const users = usersOf(`
persist: { memory: { server_high_mib: 6000, server_max_mib: 8192 } }
users:
  a:
  b: { persist: { memory: { server_max_mib: 64 } } }
  c: { persist: { memory: { server_high_mib: , server_max_mib: null } } }
  d: { persist: { memory: } }
`);
    expect(users.map(({ policy }) => policy.serverMemory)).toEqual([
      { highMib: 6000, maxMib: 8192 },
      { highMib: 6000, maxMib: 64 },
      { highMib: null, maxMib: null },
      { highMib: 6000, maxMib: 8192 },
    ]);
  });

  test('may be JSON, indented with tabs', () => {
    expect(usersOf('{\n\t"users": {\n\t\t"emo": {"parked": true}\n\t}\n}\n')).toMatchObject([
      { name: 'emo', parked: true },
    ]);
  });

  test('may start with a byte order mark and end its lines with CR LF', () => {
    expect(usersOf('\uFEFFusers:\r\n  emo:\r\n    parked: true\r\n')).toMatchObject([{ name: 'emo', parked: true }]);
  });

  test('may use anchors, aliases and merge keys', () => {
    const users = usersOf(`
x-team: &team { parked: true, persist: { exclude: [t] } }
users:
  a: *team
  b: { <<: *team, parked: false }
  c: { <<: [{ parked: false }, *team] }
`);
    expect(users.map(({ name, parked, policy }) => [name, parked, policy.exclude])).toEqual([
      ['a', true, ['t']],
      ['b', false, ['t']],
      ['c', false, ['t']],
    ]);
  });

  test('keeps a merge key from overriding what is written beside it, whichever comes first', () => {
    expect(usersOf('x: &x {parked: true}\nusers:\n  a: {parked: false, <<: *x}\n')).toMatchObject([{ parked: false }]);
  });

  test('lets many users share one anchor', () => {
    const lines = Array.from({ length: 500 }, (_, index) => `  u${index}: *team`);
    expect(usersOf(`x-team: &team { parked: true }\nusers:\n${lines.join('\n')}\n`)).toHaveLength(500);
  });

  test('takes an alias for the nearest anchor of its name before it', () => {
    const users = usersOf('users:\n  a: &x {parked: true}\n  b: *x\n  c: &x {parked: false}\n  d: *x\n');
    expect(users.map((user) => user.parked)).toEqual([true, true, false, false]);
  });

  test('takes __proto__ and constructor for plain names', () => {
    expect(
      usersOf('users: {__proto__: {parked: true}, constructor: {}}').map(({ name, parked }) => [name, parked]),
    ).toEqual([
      ['__proto__', true],
      ['constructor', false],
    ]);
  });

  test('is what the shipped example is, without a warning', () => {
    const { roster, problems } = parseRoster(readFileSync('roster.example.yaml', 'utf8'), 'roster.example.yaml');
    expect(problems).toEqual([]);
    expect(roster?.users.map((user) => user.name)).toEqual(['guest', 'wizard', 'emo', 'anca']);
    expect(roster?.users[0]?.policy).toEqual(defaultPolicy);
  });
});

describe('the problems of a roster', () => {
  test.each([
    ['', 'r.yaml:1:1: warning: roster is empty'],
    ['# nothing\n', 'r.yaml:1:1: warning: roster is empty'],
    ['- emo\n', 'r.yaml:1:1: roster must be a map, not a list'],
    ['emo\n', 'r.yaml:1:1: roster must be a map, not "emo"'],
    ['persist: {}\n', 'r.yaml:1:1: roster needs the key "users"'],
    ['users:\n', 'r.yaml:1:1: warning: roster lists no users'],
    ['users: {}\n', 'r.yaml:1:1: warning: roster lists no users'],
    ['users:\n\temo:\n', 'r.yaml:2:1: this line is indented with a tab; YAML takes spaces only'],
    ['users: {emo: {}}\n---\nusers: {}\n', 'r.yaml:2:1: a second YAML document starts here; a roster is one'],
    ['users:\n  emo:\n  anca:\n  emo: {}\n', 'r.yaml:4:3: key "emo" is there twice, first in line 2'],
    [
      'users: {emo: {parked: true, parked: true}}',
      'r.yaml:1:29: warning: key "parked" is there twice, first in line 1',
    ],
    ['users: *team\n', 'r.yaml:1:8: alias "*team" has no anchor before it; if it is a pattern, write it in quotes'],
    ['users: {emo: {<<: 3}}', 'r.yaml:1:15: key "<<" must hold a map, or aliases of maps'],
    ['users: {? [a] : {}, emo: {}}', 'r.yaml:1:11: a key must be text, not a list, a map or an unknown alias'],
    ['users: {emo: !odd {}}', 'r.yaml:1:14: warning: unresolved tag: !odd'],
  ])('of the text %j are: %s', (text, expected) => {
    expect(problemsOf(text)).toContain(expected);
  });

  test.each([
    [
      'tier: admn',
      '4:11: warning: user "emo": tier must be admin, power-user or namespace-owner, not "admn"; did you mean "admin"?',
    ],
    ['tier: root', '4:11: warning: user "emo": tier must be admin, power-user or namespace-owner, not "root"'],
    ['parked: perhaps', '4:13: warning: user "emo": parked is neither true nor false, and is taken for true'],
    [
      'code_layout: workspaces',
      '4:18: warning: user "emo": code_layout must be single or workspace, not "workspaces"; did you mean "workspace"?',
    ],
    [
      'authentik_user: 007',
      '4:21: warning: user "emo": authentik_user is read as 7 by others; write it in quotes: "007"',
    ],
    [
      'authentik_user: [a]',
      '4:21: warning: user "emo": authentik_user must be text or a number or true or false, not a list',
    ],
    ['authentik_user: ""', '4:21: warning: user "emo": authentik_user must not be empty'],
    [
      'authentik_user: a=b',
      '4:21: warning: user "emo": authentik_user must be text without "=", ":", "#", spaces or control characters, not "a=b"',
    ],
    [
      'authentik_user: "a\\nb"',
      '4:21: warning: user "emo": authentik_user must be text without "=", ":", "#", spaces or control characters, not "a\\nb"',
    ],
    [
      'authentik_user: "a\\x9bb"',
      '4:21: warning: user "emo": authentik_user must be text without "=", ":", "#", spaces or control characters, not "a\\u009bb"',
    ],
    [`authentik_user: ${'a'.repeat(257)}`, '4:21: warning: user "emo": authentik_user may have at most 256 characters'],
    ['k8s_user: "\\0"', '4:15: warning: user "emo": k8s_user must be text without control characters, not "\\u0000"'],
    [
      'tier: namespace-owner',
      '4:11: warning: user "emo": tier namespace-owner needs namespaces, such as "namespaces: [NAME]"',
    ],
    ['namespaces: [a]', '4:5: warning: user "emo": namespaces mean nothing without tier namespace-owner'],
    [
      'namespaces: [a, B]',
      '4:21: warning: user "emo": namespaces[1] must be a namespace (lower-case letters, digits and "-", with a letter or digit at both ends), not "B"',
    ],
    ['namespaces: [a, b, a, a]', '4:24: warning: user "emo": namespaces lists "a" twice'],
    ['repos: [tripit]', '4:5: warning: user "emo": repos need code_layout: workspace'],
    ['persist: 5', '4:14: user "emo": persist must be a map, not 5'],
    ['persist: {keep_snapshots: 0}', '4:31: user "emo": persist.keep_snapshots must be at least 1, not 0'],
    ['persist: {keep_snapshots: 1.5}', '4:31: user "emo": persist.keep_snapshots must be a whole number, not 1.5'],
    ['persist: {keep_snapshots: "5"}', '4:31: user "emo": persist.keep_snapshots must be a whole number, not "5"'],
    [
      'persist: {restore: {closed: auto}}',
      '4:33: user "emo": persist.restore.closed must be automatic or manual, not "auto"',
    ],
    ['persist: {exclude: "x"}', '4:24: user "emo": persist.exclude must be a list, not "x"'],
    [
      'persist: {exclude: [a, 1e2]}',
      '4:28: user "emo": persist.exclude[1] must be text, not 100; write it in quotes: "1e2"',
    ],
    ['persist: {scrollback: 0}', '4:27: user "emo": persist.scrollback must be at least 1, not 0'],
    ['persist: {scrollback: all}', '4:27: user "emo": persist.scrollback must be a whole number, or "off", not "all"'],
    ['persist: {programs: vim}', '4:25: user "emo": persist.programs must be a list, or "off", not "vim"'],
    [
      'persist: {programs: ["a\\tb"]}',
      '4:26: user "emo": persist.programs[0] must be text without control characters, not "a\\tb"',
    ],
    ['persist: {heal: maybe}', '4:21: user "emo": persist.heal must be "on", "off" or a map, not "maybe"'],
    [
      'persist: {heal: {own-limit: no}}',
      '4:33: user "emo": persist.heal.own-limit must be on, off, true or false, not "no"',
    ],
    [
      'persist: {heal: {own_limit: off}}',
      '4:22: warning: user "emo": persist.heal has the unknown key "own_limit"; did you mean "own-limit"?',
    ],
    ['persist: {heal: {message: ""}}', '4:31: user "emo": persist.heal.message must not be empty'],
    [
      'persist: {heal: {message: "a\\0b"}}',
      '4:31: user "emo": persist.heal.message must be text without NUL characters, not "a\\u0000b"',
    ],
    ['persist: {exclude: [""]}', '4:25: user "emo": persist.exclude[0] must not be empty'],
    ['persist: {sockets: default}', '4:24: user "emo": persist.sockets must be a list, not "default"'],
    [
      'persist: {sockets: [run/tmux]}',
      '4:25: user "emo": persist.sockets[0] must be a file name or an absolute path, not "run/tmux"',
    ],
    [
      'persist: {exlude: [a]}',
      '4:15: warning: user "emo": persist has the unknown key "exlude"; did you mean "exclude"?',
    ],
    [
      'persist: {restore: {closde: manual}}',
      '4:25: warning: user "emo": persist.restore has the unknown key "closde"; did you mean "closed"?',
    ],
    [
      'persist: {restore: {forgotten: automatic}}',
      '4:25: warning: user "emo": persist.restore has the unknown key "forgotten"',
    ],
    [
      'persist: {memory: {server_max_mb: 8192}}',
      '4:24: warning: user "emo": persist.memory has the unknown key "server_max_mb"; did you mean "server_max_mib"?',
    ],
    [
      'persist: {memory: {server_max_mib: 8G}}',
      '4:40: user "emo": persist.memory.server_max_mib must be a whole number, not "8G"',
    ],
    [
      'persist: {memory: {server_high_mib: 8}}',
      '4:41: user "emo": persist.memory.server_high_mib must be at least 64, not 8',
    ],
    ['persist: {memory: 8192}', '4:23: user "emo": persist.memory must be a map, not 8192'],
    ['repo: [a]', '4:5: warning: user "emo" has the unknown key "repo"; did you mean "repos"?'],
    ['shell: /bin/zsh', '4:5: warning: user "emo" has the unknown key "shell"'],
  ])('for a user with %j: %s', (line, expected) => {
    expect(problemsOf(`# head\nusers:\n  emo:\n    ${line}\n`)).toContain(`r.yaml:${expected}`);
  });

  test.each([
    ['infra', '1:51: warning: user "emo": repos must not list "infra", which every workspace has'],
    ['a/b', 'repos[1] must be a plain repository name'],
    ['..', 'repos[1] must be a plain repository name'],
    ['.', 'repos[1] must be a plain repository name'],
    ['-x', 'repos[1] must be a plain repository name'],
    ['""', 'repos[1] must be a plain repository name'],
    ['ok', '1:51: warning: user "emo": repos lists "ok" twice'],
  ])('with the repository %j: %s', (repo, expected) => {
    const problems = problemsOf(`users: {emo: {code_layout: workspace, repos: [ok, ${repo}]}}`);
    expect(problems).toEqual([expect.stringContaining(expected)]);
  });

  test('count the second and the third of three equal items', () => {
    expect(problemsOf('users: {emo: {code_layout: workspace, repos: [a, a, a, b, b]}}')).toHaveLength(3);
  });

  test.each(['', 'a b', '7up', '-x', 'a/b', '..', 'é', 'a$b', '$', 'a'.repeat(33)])(
    'tell that %j is no account name, at the key',
    (name) => {
      const [problem] = parseRoster(`users:\n  ok:\n  ${JSON.stringify(name)}:\n`, 'r.yaml').problems;
      expect(problem).toMatchObject({ severity: 'error', line: 3, column: 3, code: 'invalid-value' });
    },
  );

  test('tell that 007 is read as a number, and make no user of it', () => {
    expect(parseRoster('users:\n  007: {}\n', 'r.yaml').roster).toBeNull();
    expect(problemsOf('users:\n  007: {}\n')).toEqual([
      'r.yaml:2:3: user "007" is not an account name: it starts with a letter or "_", then come letters, digits, ".", "_" or "-", and YAML reads this one as a number',
    ]);
  });

  test('tell that true is no text, unless it is in quotes', () => {
    expect(problemsOf('users: {true: {}}')).toEqual([
      'r.yaml:1:9: user "true" is not text to YAML; write it in quotes: "true"',
    ]);
    expect(usersOf('users: {"true": {}}')).toMatchObject([{ name: 'true' }]);
  });

  test('name the user who has the same login, and let it lead to nobody', () => {
    const text = 'users:\n  a: {authentik_user: x}\n  b: {authentik_user: y}\n  c: {authentik_user: x}\n';
    expect(problemsOf(text)).toEqual([
      'r.yaml:4:23: warning: user "c": authentik_user "x" is also that of user "a" in line 2, so it leads to neither',
    ]);
    expect(usersOf(text).map(({ logins }) => logins.map(({ name }) => name))).toEqual([[], ['y'], []]);
  });

  test('are told all at once, in file order', () => {
    const { roster, problems } = parseRoster(
      `sesions: 1
persist: { keep_snapshots: -1, exlude: [] }
users:
  a b: { tier: boss }
  eva: { repos: [infra], parked: perhaps }
  emo: {}
  emo: {}
  anca: { tier: namespace-owner, namespaces: [] }
`,
      'r.yaml',
    );
    expect(roster).toBeNull();
    expect(problems.map(({ line, code }) => [line, code])).toEqual([
      [1, 'unknown-key'],
      [2, 'invalid-value'],
      [2, 'unknown-key'],
      [4, 'invalid-value'],
      [4, 'invalid-value'],
      [5, 'repos-without-workspace'],
      [5, 'reserved-repo'],
      [5, 'invalid-value'],
      [7, 'duplicate-key'],
    ]);
  });

  test('leave the roster usable when they are only warnings', () => {
    const { roster, problems } = parseRoster('owner: ops\nusers: {emo: {shell: zsh}}\n', 'r.yaml');
    expect(problems.map((problem) => problem.severity)).toEqual(['warning', 'warning']);
    expect(roster?.users.map((user) => user.name)).toEqual(['emo']);
  });

  test('point into the anchor that holds the wrong value', () => {
    expect(problemsOf('x: &x {tier: boss}\nusers:\n  a: *x\n')).toContainEqual(
      expect.stringContaining('r.yaml:1:14: warning: user "a": tier must be'),
    );
  });

  test('never carry control characters to the terminal', () => {
    const texts = [
      'users: {"\\e[31m": {}}',
      '"\\u202ekey": 1\nusers: {a: {}}',
      'users: {a: !\u001b[31m {}}',
      'users: "\\a"',
    ];
    for (const problem of texts.flatMap(problemsOf)) expect(problem).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe('a hostile roster', () => {
  test.each([
    [
      'aliases that multiply',
      chained('[x, x, x, x, x, x, x, x, x]', (alias) => `[${Array(9).fill(alias).join(', ')}]`, 8),
      'alias-bomb',
    ],
    [
      'merges that multiply and hold nothing',
      chained('{}', (alias) => `{<<: [${Array(99).fill(alias).join(', ')}]}`, 7),
      'alias-bomb',
    ],
    [
      'merges that multiply one key',
      chained('{k: 1}', (alias) => `{<<: [${Array(99).fill(alias).join(', ')}]}`, 7),
      'alias-bomb',
    ],
    [
      'a big map that is merged thousands of times',
      `x: &x {${Array.from({ length: 20_000 }, (_, index) => `k${index}: `).join(',')}}\ny: {<<: [${Array(50_000).fill('*x').join(', ')}]}`,
      'alias-bomb',
    ],
    ['a long chain of aliases', chained('[x]', (alias) => `[${alias}]`, 5000), 'alias-bomb'],
    ['a list that holds itself', 'users: &a [*a]', 'alias-bomb'],
    ['a map that merges itself', 'users: &a {x: {<<: *a}}', 'alias-bomb'],
    ['deep block nesting', '- '.repeat(500_000), 'syntax'],
    ['deep flow nesting', '['.repeat(1_000_000), 'syntax'],
    ['more than a mebibyte', `users: {} #${'x'.repeat(1024 * 1024)}`, 'too-large'],
    ['ten mebibytes', 'x'.repeat(10 * 1024 * 1024), 'too-large'],
  ])('of %s is refused soon', (_, text, code) => {
    const startedAt = performance.now();
    const { roster, problems } = parseRoster(text, 'r.yaml');
    expect(performance.now() - startedAt).toBeLessThan(3000);
    expect(roster).toBeNull();
    expect(problems.map((problem) => problem.code)).toContain(code);
  });

  test('of 20 000 users is read in linear time', () => {
    const startedAt = performance.now();
    const lines = Array.from({ length: 20_000 }, (_, index) => `  u${index}: {}`);
    expect(usersOf(`users:\n${lines.join('\n')}\n`)).toHaveLength(20_000);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });

  test('of any text gives problems or a roster, and never throws', () => {
    const piece = fc.constantFrom(
      'users:',
      'persist:',
      '\n',
      '  ',
      '\t',
      '- ',
      '? ',
      ': ',
      '&a ',
      '*a ',
      '<<: ',
      '{',
      '}',
      '[',
      ']',
      ',',
      '"',
      "'",
      'emo',
      'tier: admin',
      '007',
      '|',
      '>',
      '!!set ',
      '!!omap ',
      '!!binary ',
      '!x ',
      '#',
      '---\n',
      '...\n',
      '%YAML 1.1\n',
      '\0',
      'exclude',
      'restore',
      '~',
      'null',
      '__proto__',
      '\r',
      '\uFEFF',
      '\ud800',
      'repos: [a, a]',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (input) => {
        const { roster, problems } = parseRoster(input, 'r.yaml');
        const errors = problems.filter(({ severity }) => severity === 'error');
        expect(errors.length > 0 || roster !== null).toBe(true);
        expect(roster === null || errors.every(({ user }) => user !== null)).toBe(true);
        for (const problem of problems) expect(Math.min(problem.line, problem.column)).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 3000 },
    );
  });
});

function chained(first: string, link: (previous: string) => string, links: number): string {
  const next = Array.from({ length: links }, (_, index) => `a${index + 1}: &a${index + 1} ${link(`*a${index}`)}`);
  return [`a0: &a0 ${first}`, ...next].join('\n');
}

test('an administrator is who has it in an entry of their own, in so many words', () => {
  const text =
    'persist: {admin: true}\nusers:\n  a: {persist: {admin: true}}\n  b: {}\n  c: {persist: {admin: "yes"}}\n';
  const { roster, problems } = parseRoster(text, 'roster.yaml');
  expect(roster?.users.map(({ name, isAdmin }) => [name, isAdmin])).toEqual([
    ['a', true],
    ['b', false],
    ['c', false],
  ]);
  expect(problems.map(({ message }) => message)).toEqual([
    expect.stringContaining('the unknown key "admin"'),
    expect.stringContaining('must be true or false'),
  ]);
});
