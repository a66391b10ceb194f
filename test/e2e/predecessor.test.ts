import { execFileSync } from 'node:child_process';
import {
  existsSync,
  readdirSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { quietly } from '../../src/system/files/read-file.ts';
import { claudeIn, newConversation, writeTranscript } from '../support/fake-claude.ts';
import { sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { actionsOf, planOf } from '../support/plan-document.ts';
import { snapshotIds } from '../support/stored-record.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { panesInPlace, sessionNames } from '../support/world.ts';

const conversationId = '92edece5-0000-4000-8000-000000000001';

describe("the predecessor's file alone", () => {
  test('offers its sessions, and apply brings them back with their conversations', () => {
    const { box } = withPredecessor();
    expect(planOf(box).users[0]).toMatchObject({ snapshot: null });
    expect(actionsOf(planOf(box))).toEqual(['R730 cooling: create (reboot)', 'notes: create (reboot)']);
    expect(box.persist('apply').exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['R730 cooling', 'notes']);
    expect(panesInPlace(box).map(({ cwd }) => cwd)).toEqual([join(box.home, 'code'), box.home]);
    expect(claudeIn(box, '=R730 cooling:')).toEqual(['--resume', conversationId]);
  });

  test('becomes the first snapshot, dated by the time the file was written', () => {
    const { box, writtenAt } = withPredecessor();
    expect(box.persist('save').exitCode).toBe(0);
    const ids = snapshotIds(box);
    expect(ids).toHaveLength(2);
    expect(ids[1]).toBe(writtenAt.toISOString().slice(0, 19).replaceAll(/[-:]/g, ''));
    const first: unknown = JSON.parse(box.persist('show', box.user, ids[1] ?? '', '--json').stdout);
    expect(first).toMatchObject({
      manifest: {
        takenAt: writtenAt.toISOString(),
        sessions: [
          { name: 'R730 cooling', state: 'live' },
          { name: 'notes', state: 'live' },
        ],
      },
    });
  });

  test('whose lines a wrong locale ran together is not guessed at, and is kept beside', () => {
    const { box, path } = withPredecessor();
    const text = `${readFileSync(path, 'utf8')}broken_1234_/home/emo\t\t\n`;
    writeFileSync(path, text);
    const saved = box.persist('save');
    expect(saved.exitCode).toBe(0);
    expect(saved.stderr).toMatch(/warning: .*line 3: .*without a UTF-8 locale/);
    expect(actionsOf(planOf(box)).some((line) => line.startsWith('broken'))).toBe(false);
    expect(readFileSync(`${path}.kept`, 'utf8')).toBe(text);
  });
});

describe("the link that the predecessor's later versions leave", () => {
  test('is followed to its snapshot, with a dash for what is empty, by plan and save', () => {
    const box = linked('snapshots/USER/20240301T102030.tsv');
    expect(actionsOf(planOf(box))).toEqual(['notes: create (reboot)']);
    expect(box.persist('save').exitCode).toBe(0);
    expect(snapshotIds(box)).not.toEqual([]);
    expect(actionsOf(planOf(box))).toEqual(['notes: create (reboot)']);
  });

  test.each(['/etc/passwd', 'snapshots/USER/../../other.tsv', 'snapshots/other/20240301T102030.tsv', 'USER.tsv'])(
    'is not followed to %s',
    (target) => {
      const box = linked(target);
      const planned = box.persist('plan');
      expect(planned.exitCode).toBe(4);
      expect(planned.stdout + planned.stderr).toContain('symbolic link');
    },
  );
});

describe("what the predecessor's later versions recorded", () => {
  test('is seen by every command before the first save, under the ids that it has afterwards', () => {
    const box = series();
    const seen = readEverything(box);
    expect(seen['snapshots']).toMatch(/^20240301T102030\t2\tnewest\t.*\n20240301T101530\t2\t-\t/);
    expect(seen['show']).toBe(`ai\t${box.home}\t${conversationId}\nnotes\t${box.home}\t\n`);
    expect(seen['--at']).toEqual(['ai: hold (reboot)', 'scratch: create']);
    expect(seen['history']).toContain('scratch');
    expect(existsSync(join(box.stateDirectory, 'users'))).toBe(false);

    expect(box.persist('save').exitCode).toBe(0);
    expect(snapshotIds(box).slice(1)).toEqual(['20240301T102030', '20240301T101530']);
    const after = readEverything(box);
    expect(after['show']).toBe(seen['show']);
    expect(after['--at']).toEqual(seen['--at']);
  });

  test('comes back with the conversation, while what was closed long ago is one command away', () => {
    const box = series();
    expect(actionsOf(planOf(box))).toEqual(['ai: create (reboot)', 'notes: create (reboot)']);
    expect(box.persist('apply').exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['ai', 'notes']);
    expect(claudeIn(box, '=ai:')).toEqual(['--resume', conversationId]);
    expect(box.persist('apply', '--session', 'scratch').exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['ai', 'notes', 'scratch']);
  });

  test('stays in that form, and the link leads to what runs now', () => {
    const box = series();
    writeFileSync(join(box.stateDirectory, `${box.user}.forgotten.tsv`), '');
    box.tmux('new-session', '-d', '-s', 'fresh', '-c', box.home);
    box.tmux('new-session', '-d', '-s', 'other', '-c', box.home);
    expect(box.persist('save').exitCode).toBe(0);
    const path = join(box.stateDirectory, `${box.user}.tsv`);
    const first = readlinkSync(path);
    expect(first).toMatch(/^snapshots\/.*\/[0-9]{8}T[0-9]{6}\.tsv$/);
    expect(readByBash(path)).toContain(`<fresh><${box.home}><->`);
    box.tmux('kill-session', '-t', '=other');
    expect(box.persist('save').exitCode).toBe(0);
    expect(readlinkSync(path) > first).toBe(true);
    expect(readFileSync(path, 'utf8')).not.toContain('other');
    expect(readFileSync(join(box.stateDirectory, `${box.user}.forgotten.tsv`), 'utf8')).toMatch(/^other\t[0-9]{10}$/m);
    const before = readlinkSync(path);
    expect(box.persist('save').exitCode).toBe(0);
    expect(readlinkSync(path)).toBe(before);
  });

  test('in whatever state, makes doctor recommend only commands that work', () => {
    const box = linked('/etc/passwd');
    const mends = mendsOf(box);
    expect(mends.join('\n')).not.toContain('tmux-persist save');
    rmSync(join(box.stateDirectory, `${box.user}.tsv`));
    symlinkSync(`snapshots/${box.user}/20240301T112030.tsv`, join(box.stateDirectory, `${box.user}.tsv`));
    expect(mendsOf(box).some((mend) => mend.includes('tmux-persist save'))).toBe(true);
    expect(box.persist('save').exitCode).toBe(0);
    expect(actionsOf(planOf(box))).toEqual(['notes: create (reboot)']);
  });

  test('is imported whole or not at all, at whatever moment the first save is killed', async () => {
    const box = series();
    const times = Array.from({ length: 60 }, (_, minute) => new Date(Date.UTC(2024, 1, 1, 9, minute)).toISOString());
    for (const time of times) {
      writeSnapshot(
        box,
        `${time.slice(0, 19)}Z`,
        `ai\t${box.home}\t${conversationId}\nat-${time.slice(14, 16)}\t/\t-\n`,
      );
    }
    const own = join(box.stateDirectory, 'users', box.user);
    for (const written of [1, 20, 45, 62]) {
      const { child, result } = box.start('save');
      waitUntil(
        () => filesIn(join(own, 'snapshots')) > 0 || filesIn(join(own, 'snapshots.importing')) >= written,
        'the import',
      );
      child.kill('SIGKILL');
      await result.catch(() => null);
      expect([0, 62, 63]).toContain(snapshotIds(box).length);
    }
    expect(box.persist('save').exitCode).toBe(0);
    expect(snapshotIds(box)).toHaveLength(63);
    expect(
      new Set(
        snapshotIds(box)
          .slice(1)
          .map((one) => one.slice(0, 15)),
      ).size,
    ).toBe(62);
    expect(readdirSync(own)).not.toContain('snapshots.importing');
  });
});

function filesIn(directory: string): number {
  return quietly(() => readdirSync(directory).length) ?? 0;
}

function mendsOf(box: Sandbox): readonly string[] {
  const { stdout } = box.persist('doctor');
  return stdout.split('\n').filter((line) => line.trimStart().startsWith('mend:'));
}

/** What each command that reads records says of the older snapshot, or of all. */
function readEverything(box: Sandbox): Readonly<Record<string, unknown>> {
  const said = (...args: readonly string[]): string => {
    const { exitCode, stdout, stderr } = box.persist(...args);
    expect([args, exitCode, stderr]).toEqual([args, 0, '']);
    return stdout;
  };
  return {
    snapshots: said('snapshots', box.user),
    show: said('show', box.user, '20240301T102030', '--tsv'),
    history: said('history', box.user),
    diff: said('diff', box.user, '20240301T1015', '20240301T1020'),
    status: said('status'),
    '--at': actionsOf(planOf(box, '--at', '20240301T1015', '--session', 'scratch')),
  };
}

/** Two snapshots of theirs, between which `scratch` was closed and `notes` made. */
function series(): Sandbox {
  const box = linked('snapshots/USER/20240301T102030.tsv');
  writeTranscript(box, conversationId, box.home);
  const ai = `ai\t${box.home}\t${conversationId}\n`;
  writeSnapshot(box, '2024-03-01T10:15:30Z', `${ai}scratch\t${box.home}\t-\n`);
  writeSnapshot(box, '2024-03-01T10:20:30Z', `${ai}notes\t${box.home}\t-\n`);
  return box;
}

/** The state of the later versions, with the link leading to a target in which USER stands for the user. */
function linked(target: string): Sandbox {
  const box = sandbox();
  mkdirSync(join(box.stateDirectory, 'snapshots', box.user), { recursive: true });
  writeSnapshot(box, '2024-03-01T10:20:30Z', `notes\t${box.home}\t-\n`);
  symlinkSync(target.replaceAll('USER', box.user), join(box.stateDirectory, `${box.user}.tsv`));
  return box;
}

function writeSnapshot({ stateDirectory, user }: Sandbox, time: string, text: string): void {
  const path = join(stateDirectory, 'snapshots', user, `${time.replaceAll(/[-:Z]/g, '')}.tsv`);
  writeFileSync(path, text);
  utimesSync(path, new Date(time), new Date(time));
}

describe("the view in the predecessor's format", () => {
  test('follows every save, private to its owner, and bash reads its columns', () => {
    const box = sandbox();
    newConversation(box, 'ai', conversationId, box.directory('code'));
    box.tmux('new-session', '-d', '-s', 'two  spaces', '-c', box.home);
    box.persist('save');
    const path = join(box.stateDirectory, `${box.user}.tsv`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readByBash(path)).toEqual([`<ai><${box.home}/code><${conversationId}>`, `<two  spaces><${box.home}><>`]);

    box.tmux('kill-session', '-t', '=two  spaces');
    box.persist('save');
    expect(readByBash(path)).toEqual([`<ai><${box.home}/code><${conversationId}>`]);

    box.killServer();
    box.persist('save');
    expect(readByBash(path)).toEqual([`<ai><${box.home}/code><${conversationId}>`]);
  });

  test('is brought in step by a save that has nothing else to do, when the one before was cut short', () => {
    const box = sandbox();
    box.tmux('new-session', '-d', '-s', 'notes', '-c', box.home);
    box.persist('save');
    const path = join(box.stateDirectory, `${box.user}.tsv`);
    writeFileSync(path, `older\t${box.home}\t\n`);
    expect(box.persist('save').stdout).toContain(': unchanged, ');
    expect(readByBash(path)).toEqual([`<notes><${box.home}><>`]);
  });
});

/** As the predecessor leaves it: one file, written before this boot or long ago. */
function withPredecessor(): { readonly box: Sandbox; readonly path: string; readonly writtenAt: Date } {
  const box = sandbox();
  const path = join(box.stateDirectory, `${box.user}.tsv`);
  mkdirSync(box.stateDirectory);
  const code = box.directory('code');
  writeTranscript(box, conversationId, code);
  writeFileSync(path, `R730 cooling\t${code}\t${conversationId}\nnotes\t${box.home}\t\n`);
  const writtenAt = new Date('2024-03-01T10:20:30.000Z');
  utimesSync(path, writtenAt, writtenAt);
  return { box, path, writtenAt };
}

function readByBash(path: string): readonly string[] {
  const script = String.raw`while IFS=$'\t' read -r a b c; do printf '<%s><%s><%s>\n' "$a" "$b" "$c"; done < "$1"`;
  return execFileSync('bash', ['-c', script, 'bash', path], { encoding: 'utf8' }).trimEnd().split('\n');
}
