import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cronDirectory, sandbox, type Sandbox, writeCrontab } from '../support/persist-sandbox.ts';
import { snapshotFile, snapshotIds } from '../support/stored-record.ts';

describe('the command that doctor gives for', () => {
  test.each<[string, (directory: string) => void]>([
    ['a file where the directory of the sockets belongs', (path) => writeFileSync(path, 'in the way')],
    ['a link where the directory of the sockets belongs', (path) => symlinkSync('/tmp', path)],
    ['a directory of the sockets that others may enter', (path) => openDirectory(path)],
  ])('%s mends it', (_, spoil) => {
    const box = sandbox({ savesByCron: true });
    spoil(dirname(box.socketPath));
    const told = findingsOf(box).find(({ message }) => message.startsWith('tmux is unknown: '));
    expect(told).toMatchObject({ severity: 'error', mend: expect.any(String) });
    paste(box, told?.mend);
    expect(findingsOf(box).filter(({ severity }) => severity === 'error')).toEqual([]);
    box.tmux('new-session', '-d', '-s', 'notes');
    expect(box.persist('save').exitCode).toBe(0);
  });

  test.runIf(process.geteuid?.() === 0)('a directory of the sockets of somebody else leaves them theirs', () => {
    const box = sandbox({ savesByCron: true });
    const directory = dirname(box.socketPath);
    mkdirSync(directory, { mode: 0o700 });
    execFileSync('chown', ['1', directory]);
    const told = findingsOf(box).find(({ message }) => message.includes('belongs to user id 1'));
    paste(box, told?.mend);
    expect(findingsOf(box).filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(execFileSync('stat', ['-c', '%u', `${directory}.old`], { encoding: 'utf8' })).toBe('1\n');
  });

  test('a damaged snapshot puts it aside and keeps it', () => {
    const box = sandbox({ savesByCron: true });
    box.tmux('new-session', '-d', '-s', 'notes');
    box.persist('save');
    box.tmux('new-session', '-d', '-s', 'work');
    box.persist('save');
    box.tmux('kill-session', '-t', '=work');
    const [damagedId, olderId] = snapshotIds(box);
    const path = snapshotFile(box, damagedId);
    writeFileSync(path, 'garbage');
    const told = findingsOf(box).find(({ message }) => message.startsWith(`snapshot ${damagedId} is passed over`));
    expect(told).toMatchObject({ severity: 'warning', mend: expect.any(String) });
    paste(box, told?.mend);
    expect(findingsOf(box).filter(({ message }) => message.includes('passed over'))).toEqual([]);
    expect(readFileSync(`${path}.damaged`, 'utf8')).toBe('garbage');
    expect(snapshotIds(box)).toEqual([olderId]);
  });

  test('a record of which no snapshot is valid starts a new one', () => {
    const box = sandbox({ savesByCron: true });
    box.tmux('new-session', '-d', '-s', 'notes');
    box.persist('save');
    writeFileSync(snapshotFile(box), 'garbage');
    rmSync(join(box.stateDirectory, `${box.user}.tsv`));
    const told = findingsOf(box).find(({ message }) => message.startsWith('no snapshot is valid'));
    expect(told).toMatchObject({ severity: 'error', mend: `tmux-persist save --user ${box.user}` });
    box.persist('save', '--user', box.user);
    expect(findingsOf(box).filter(({ severity }) => severity !== 'ok')).toEqual([]);
  });

  test('something in the place of the metrics moves it away', () => {
    const box = sandbox({ savesByCron: true });
    mkdirSync(box.stateDirectory, { mode: 0o700 });
    writeFileSync(join(box.stateDirectory, 'metrics'), 'in the way');
    const told = findingsOf(box).find(({ subject }) => subject === 'metrics');
    expect(told?.severity).toBe('warning');
    paste(box, told?.mend);
    expect(box.persist('save').stderr).toBe('');
    expect(findingsOf(box).find(({ subject }) => subject === 'metrics')?.severity).toBe('ok');
  });
});

describe('doctor', () => {
  test('says where the metrics are, and whether they are there yet', () => {
    const box = sandbox({ savesByCron: true });
    const path = join(box.stateDirectory, 'metrics/tmux-persist.prom');
    expect(box.persist('doctor').stdout).toContain(`ok      metrics: ${path}, which the next save writes\n`);
    box.persist('save');
    expect(box.persist('doctor').stdout).toContain(`ok      metrics: ${path}\n`);
  });
});

describe('doctor exits 1', () => {
  test('when no save went well for a quarter of an hour, and says why the last one did not', () => {
    const box = sandbox({ savesByCron: true });
    box.tmux('new-session', '-d', '-s', 'notes');
    box.persist('save');
    const path = join(box.stateDirectory, 'users', box.user, 'last-save.json');
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/"20\d\d-/g, '"2001-'));
    const { exitCode, stdout } = box.persist('doctor');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^error {3}user \S+: the last good save is \d+ min old\n {8}mend: tmux-persist save$/m);
    box.persist('save');
    expect(box.persist('doctor').exitCode).toBe(0);
  });

  test('for a warning only with --strict', () => {
    const box = sandbox({ savesByCron: true });
    const { stdout, exitCode } = box.persist('doctor');
    expect(stdout).toContain('was never saved');
    expect(exitCode).toBe(0);
    expect(box.persist('doctor', '--strict')).toMatchObject({ exitCode: 1, stdout });
  });

  test(
    'when records are there and nothing would save next, and the command that it gives mends it',
    { timeout: 60_000 },
    () => {
      const box = sandbox({ roster: null });
      writeCrontab(box.home, null);
      const env = { PATH: `${cronDirectory(box.home)}:${box.env['PATH']}` };
      const saves = () => {
        const { exitCode, stdout } = box.persistIn(env, 'doctor', '--json');
        const { findings }: { findings: readonly Finding[] } = JSON.parse(stdout);
        return { exitCode, told: findings.find(({ subject }) => subject === 'saves') };
      };
      // Somebody who has only just begun is not shouted at.
      expect(saves()).toMatchObject({ exitCode: 0, told: { severity: 'warning' } });
      box.persist('save');
      const { exitCode, told } = saves();
      expect(exitCode).toBe(1);
      expect(told).toMatchObject({ severity: 'error', message: expect.stringMatching(/^nothing saves by itself: /) });
      execFileSync('sh', ['-ec', told?.mend ?? ''], { cwd: box.home, env });
      expect(saves()).toMatchObject({
        exitCode: 0,
        told: { severity: 'ok', message: 'come by themselves: the crontab of this account' },
      });
    },
  );

  test('for the named user alone, and 2 for a name that means nobody', () => {
    const box = sandbox({ savesByCron: true });
    box.persist('save');
    const { exitCode, stdout } = box.persist('doctor', box.user);
    expect(exitCode).toBe(0);
    const lines = stdout.trimEnd().split('\n').slice(0, -1);
    expect(lines.filter((line) => !line.startsWith(`ok      user ${box.user}: `))).toEqual([]);
    expect(box.persist('doctor', 'nobody-here')).toMatchObject({ exitCode: 2, stdout: '' });
  });

  test('leaves nothing of its trial write behind', () => {
    const box = sandbox({ savesByCron: true });
    box.persist('save');
    const before = readdirSync(box.stateDirectory);
    box.persist('doctor');
    expect(readdirSync(box.stateDirectory)).toEqual(before);
  });
});

interface Finding {
  readonly severity: string;
  readonly subject: string;
  readonly message: string;
  readonly mend: string | null;
}

function findingsOf(box: Sandbox): readonly Finding[] {
  const { findings }: { findings: readonly Finding[] } = JSON.parse(box.persist('doctor', '--json').stdout);
  return findings;
}

/** Runs a command as a person does who copies it. */
function paste({ home }: Sandbox, command: string | null | undefined): void {
  if (command === null || command === undefined) throw new Error('no command was given');
  execFileSync('sh', ['-ec', command], { cwd: home, env: { PATH: process.env['PATH'] } });
}

function openDirectory(path: string): void {
  mkdirSync(path);
  chmodSync(path, 0o777);
}
