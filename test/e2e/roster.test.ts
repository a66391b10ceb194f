import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTerminal } from '../support/other-outputs.ts';
import { describe, expect, test } from 'vitest';
import { rosterOfSelf, sandbox } from '../support/persist-sandbox.ts';
import { actionsOf, planOf } from '../support/plan-document.ts';
import { storedManifest } from '../support/stored-record.ts';
import { sessionNames } from '../support/world.ts';

const invalid = `users:
  emo:
    tier: superuser
    persist: { keep_snapshots: many }
persist: { exclude: "__*", scrollback: all }
`;

describe('a roster that is invalid', () => {
  test('makes every command that needs it exit 2 with all its problems by file, line and column', () => {
    const box = sandbox({ roster: invalid });
    for (const command of [['plan'], ['apply'], ['save'], ['restore'], ['status'], ['history']]) {
      const refused = box.persist(...command);
      expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
      const places = refused.stderr.match(/roster\.yaml:\d+:\d+: /g) ?? [];
      expect(places.length).toBeGreaterThanOrEqual(3);
      expect(refused.stderr).toContain(`${box.rosterPath}:4:32: `);
      expect(refused.stderr).toContain(`${box.rosterPath}:5:21: `);
    }
  });

  test('is a finding of doctor, which exits 1 and still looks at the rest it can', () => {
    const examined = sandbox({ roster: invalid }).persist('doctor');
    expect(examined.exitCode).toBe(1);
    expect(examined.stdout).toMatch(/^error .*roster\.yaml:4:32: /m);
  });

  test.each([
    ['an alias bomb', `a0: &a0 [x, x]\n${bomb()}users: {}\n`],
    ['binary noise', '\u0000\u0001\u0002'],
    ['a list', '- emo\n'],
    ['cut off', 'users:\n  emo: {tier: adm'],
  ])('because it is %s is refused at once', (_, text) => {
    const before = performance.now();
    const refused = sandbox({ roster: text }).persist('roster', 'check');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toMatch(/roster\.yaml:\d+:\d+: /);
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  test('because it is not there is refused, and nobody takes its place', () => {
    const refused = sandbox().persist('--roster', '/nonexistent.yaml', 'save');
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toContain('/nonexistent.yaml');
  });
});

const manyUsers = Array.from({ length: 20 }, (_, index) => `  tpt-nobody-${index}: {}\n`).join('');

describe('roster check', () => {
  test('passes unknown keys with a warning that suggests what was meant, and with --strict they are errors', () => {
    const box = sandbox({ roster: 'users:\n  emo: { tyer: admin }\n' });
    const checked = box.persist('roster', 'check');
    expect(checked.exitCode).toBe(0);
    expect(checked.stdout).toMatch(`${box.rosterPath}: 1 user, 1 warning\n`);
    expect(checked.stderr).toMatch(/roster\.yaml:2:10: .*tyer.*tier/);
    const strict = box.persist('roster', 'check', '--strict');
    expect(strict.exitCode).toBe(2);
    expect(strict.stdout).toMatch(`${box.rosterPath}: 1 user, 1 error, 0 warnings\n`);
    expect(strict.stderr).toBe(checked.stderr.replace('warning: ', 'error: '));
  });

  test('names the users who have no account on this host', () => {
    const box = sandbox({ roster: `${rosterOfSelf()}  tpt-nobody-here: {}\n  tpt-nor-there: {}\n` });
    expect(box.persist('roster', 'check', '--strict')).toEqual({
      exitCode: 0,
      stdout: `${box.rosterPath}: 3 users, 0 warnings\nno account on this host: tpt-nobody-here, tpt-nor-there\n`,
      stderr: '',
    });
  });

  test('counts and labels errors and warnings, and shows the place of each error', () => {
    const box = sandbox({ roster: 'users:\n  emo: { persist: { heal: perhaps }, tier: boss }\n' });
    const checked = box.persist('roster', 'check');
    expect(checked.exitCode).toBe(2);
    expect(checked.stdout).toMatch(`${box.rosterPath}: 1 user, 1 error, 1 warning\n`);
    expect(checked.stderr).toBe(
      [
        `${box.rosterPath}:2:27: error: user "emo": persist.heal must be "on", "off" or a map, not "perhaps"`,
        '  2 |   emo: { persist: { heal: perhaps }, tier: boss }',
        '    |                           ^',
        `${box.rosterPath}:2:44: warning: user "emo": tier must be admin, power-user or namespace-owner, not "boss"`,
        '',
      ].join('\n'),
    );
  });

  test('keeps to 80 columns on a terminal, where no word is longer', () => {
    const box = sandbox({ roster: `users:\n  emo: { persist: { heal: perhaps }, tier: boss }\n${manyUsers}` });
    const { exitCode, stdout } = onTerminal(box, ['roster', 'check']);
    expect(exitCode).toBe(2);
    const lines = stdout.split('\r\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.join(' ').replaceAll(/ +/g, ' ')).toContain(
      'persist.heal must be "on", "off" or a map, not "perhaps"',
    );
  });

  test('passes the example that comes with the program without a word', () => {
    const checked = sandbox().persist(
      '--roster',
      join(process.cwd(), 'roster.example.yaml'),
      'roster',
      'check',
      '--strict',
    );
    expect(checked).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

describe('roster map', () => {
  test('prints the user map in the order of the roster, and reads its own output back to the same bytes', () => {
    const box = sandbox({ roster: 'users:\n  wizard: { authentik_user: vera }\n  emo: { authentik_user: emil.x }\n' });
    const { exitCode, stdout } = box.persist('roster', 'map');
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'vera=wizard\nemil.x=emo\n' });
    const mapPath = join(box.home, 'ttyd-user-map');
    writeFileSync(mapPath, `# logins\n\n${stdout}`);
    expect(box.persist('--roster', mapPath, 'roster', 'map').stdout).toBe(stdout);
  });
});

describe('a user of the roster', () => {
  test('who is parked is recorded but held, also by --all', () => {
    const box = sandbox();
    const parked = sandbox({ roster: `users:\n  ${JSON.stringify(box.user)}: { parked: true }\n` });
    parked.tmux('new-session', '-d', '-s', 'notes', '-c', parked.home);
    parked.persist('save');
    parked.killServer();
    expect(actionsOf(planOf(parked, '--all'))).toEqual(['notes: hold (server-died)']);
    expect(parked.persist('apply', '--all').exitCode).toBe(0);
    expect(sessionNames(parked)).toEqual([]);
  });

  test('whose sessions are excluded by name keeps them to themselves', () => {
    const box = sandbox({ roster: rosterOfSelf('persist: { exclude: ["__*"] }\n') });
    for (const name of ['__internal', 'notes']) box.tmux('new-session', '-d', '-s', name, '-c', box.home);
    box.persist('save');
    expect(storedManifest(box).sessions.map(({ name }) => name)).toEqual(['notes']);
    box.killServer();
    box.persist('apply', '--all');
    expect(sessionNames(box)).toEqual(['notes']);
  });
});

/** Each line is nine times the one before it. */
function bomb(): string {
  return Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at}, `.repeat(9)}]\n`).join('');
}
