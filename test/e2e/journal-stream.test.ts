import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { intoJournal } from '../support/other-outputs.ts';
import { sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { snapshotFile } from '../support/stored-record.ts';

describe('what is written to the journal', () => {
  test('is a line for what changed, and nothing where nothing did', () => {
    const box = withSession();
    expect(intoJournal(box, ['save'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^<6>\S+: saved \d{8}T\d{6}, 1 live: new notes\n$/),
    });
    expect(intoJournal(box, ['save'])).toMatchObject({ exitCode: 0, stdout: '' });
    expect(intoJournal(box, ['apply']).stdout).toBe('<6>Applied: 0 created, 0 failed; 0 held, 1 live.\n');
  });

  test('warns of a server that died, and says what came back', () => {
    const box = withSession();
    box.persist('save');
    box.killServer();
    expect(intoJournal(box, ['save']).stdout).toMatch(
      /^<4>\S+: saved \d{8}T\d{6}, 0 live, 1 gone: gone notes \(server died\)\n$/,
    );
    expect(intoJournal(box, ['restore']).stdout).toBe(
      `<6>${box.user}: created notes\n<6>Applied: 1 created, 0 failed; 0 held, 0 live.\n`,
    );
  });

  test('has an error for a user who is unknown, once, also with --quiet', () => {
    const box = withSession();
    box.persist('save');
    rmSync(box.socketPath);
    for (const args of [['save'], ['save', '--quiet']]) {
      const { exitCode, stdout } = intoJournal(box, args);
      expect(exitCode).toBe(4);
      expect(stdout).toMatch(/^<3>\S+: not saved: [^\n]+\n$/);
    }
  });

  test('has the warnings that are about records, and not those about the roster in every save', () => {
    const box = withSession({ roster: (user) => `sesions: 1\nusers:\n  ${user}: {}\n  nobody-there: {}\n` });
    box.persist('save');
    writeFileSync(snapshotFile(box), 'garbage');
    expect(intoJournal(box, ['save']).stdout).toMatch(
      /^<6>\S+: saved [^\n]*\n<4>\S+: snapshot \S+ is passed over: [^\n]*\n$/,
    );
  });

  test('has the priority of an error for every line of a refusal', () => {
    const box = sandbox({ roster: 'users:\n  a b: {}\n  "": {}\n' });
    const { exitCode, stdout } = intoJournal(box, ['save']);
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^(<3>[^\n]+\n){2,}$/);
  });

  test('has the error of a roster that cannot be used in every save, which goes on', () => {
    const box = withSession();
    box.persist('save');
    writeFileSync(box.rosterPath, 'users:\n\temo:\n');
    for (const args of [['save'], ['save', '--quiet']]) {
      const { exitCode, stdout } = intoJournal(box, args);
      expect(exitCode).toBe(4);
      expect(stdout).toMatch(/^<3>\S+roster\.yaml:2:1: this line [^\n]+\n<3>the roster cannot be used, so [^\n]+\n$/);
    }
  });

  test('is the document alone where JSON was asked for', () => {
    const { stdout } = intoJournal(withSession(), ['save', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'save',
      users: [{ changes: [{ session: 'notes', kind: 'appeared' }] }],
    });
  });

  test('is plain text where the stream is another one than systemd has named', () => {
    const box = withSession();
    const { stdout } = intoJournal(box, ['save'], { JOURNAL_STREAM: '9:123456' });
    expect(stdout).toMatch(/^\S+: saved \d{8}T\d{6}, 1 live\n$/);
  });
});

function withSession({ roster }: { readonly roster?: (user: string) => string } = {}): Sandbox {
  const box = sandbox();
  if (roster !== undefined) writeFileSync(box.rosterPath, roster(box.user));
  box.tmux('new-session', '-d', '-s', 'notes', '-c', box.home);
  return box;
}
