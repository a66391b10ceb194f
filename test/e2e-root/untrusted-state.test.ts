import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { guardAccounts } from '../support/account-guard.ts';
import { alterAccounts } from '../support/unix-users.ts';
import { plannedFor, rosterOf, sharedHost, type SharedHost } from './shared-host.ts';

const host = sharedHost();

describe('a state directory that somebody else could change', () => {
  test('below the home of a user is refused by every command, and left as it is', () => {
    const { emo, persistIn } = startedHost();
    const stateDirectory = join(emo.home, 'state');
    mkdirSync(stateDirectory);
    for (const args of [['save'], ['plan'], ['apply'], ['restore'], ['status'], ['history'], ['snapshots', emo.name]]) {
      const refused = persistIn({ TMUX_PERSIST_STATE_DIR: stateDirectory }, ...args);
      expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
      expect(refused.stderr).toContain(`${emo.home}: it belongs to user id ${emo.uid}`);
    }
    expect(readdirSync(stateDirectory)).toEqual([]);
    expect(persistIn({ TMUX_PERSIST_STATE_DIR: stateDirectory }, 'doctor')).toMatchObject({ exitCode: 1 });
    rmSync(stateDirectory, { recursive: true });
  });

  test.each<[string, (path: string, host: SharedHost) => void]>([
    ['belongs to a user', (path, { emo }) => chownSync(path, emo.uid, emo.gid)],
    ['can be written by everybody', (path) => chmodSync(path, 0o777)],
    ['can be written by a group of others', (path, { emo }) => (chownSync(path, 0, emo.gid), chmodSync(path, 0o775))],
  ])('because it %s is refused, and the command that doctor gives mends it', (_case, spoil) => {
    const { persist, stateDirectory } = savedHost();
    for (const path of [stateDirectory, join(stateDirectory, 'users'), join(stateDirectory, 'lock')]) {
      spoil(path, host());
      expect(persist('save')).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining(path) });
      const { findings }: { findings: readonly { subject: string; mend: string | null }[] } = JSON.parse(
        persist('doctor', '--json').stdout,
      );
      const mend = findings.find(({ subject }) => subject === 'state')?.mend ?? '';
      execFileSync('sh', ['-ec', mend], { stdio: 'pipe' });
      expect(persist('save').exitCode).toBe(0);
    }
  });

  test('by a link of theirs on the way is refused, and one of root’s is followed', () => {
    const { emo, persistIn, directory, stateDirectory } = startedHost();
    mkdirSync(stateDirectory);
    const link = join(directory, 'link-to-state');
    symlinkSync(stateDirectory, link);
    expect(persistIn({ TMUX_PERSIST_STATE_DIR: link }, 'save')).toMatchObject({ exitCode: 0 });
    execFileSync('chown', ['-h', String(emo.uid), link]);
    expect(persistIn({ TMUX_PERSIST_STATE_DIR: link }, 'save')).toMatchObject({ exitCode: 2 });
    rmSync(link);
  });
});

describe('records of one user that somebody else could change stop this user, and nobody else', () => {
  test('a link planted in the place of a user’s directory is not followed', () => {
    const { emo, persist, stateDirectory, directory } = savedHost();
    const precious = join(directory, 'precious');
    mkdirSync(precious, { mode: 0o711 });
    const own = join(stateDirectory, 'users', emo.name);
    rmSync(own, { recursive: true });
    symlinkSync(precious, own);
    const saved = persist('save');
    expect(saved.exitCode).toBe(4);
    expect(saved.stdout).toContain(`${emo.name}: not saved: cannot read ${own}: it is a symbolic link`);
    expect(saved.stdout).not.toContain(`${host().anca.name}: not saved`);
    expect(statSync(precious)).toMatchObject({ uid: 0, gid: 0 });
    expect(statSync(precious).mode & 0o777).toBe(0o711);
    expect(readdirSync(precious)).toEqual([]);
    rmSync(precious, { recursive: true });
  });

  test('a snapshot that another user planted runs nothing', () => {
    const { emo, anca, persist, plan, stateDirectory } = savedHost();
    emo.killServer();
    const snapshots = join(stateDirectory, 'users', emo.name, 'snapshots');
    const [name = ''] = readdirSync(snapshots);
    const planted = join(snapshots, '20991120T135951.json');
    writeFileSync(planted, readFileSync(join(snapshots, name)));
    chownSync(planted, anca.uid, anca.gid);
    expect(plannedFor(plan())).toEqual([`${anca.name}: live notes`, `${host().wizard.name}: live notes`]);
    const applied = persist('apply');
    expect(applied.exitCode).toBe(4);
    expect(applied.stdout + applied.stderr).toContain(
      `it belongs to user id ${anca.uid}; if it stays so: mv ${planted} `,
    );
    expect(emo.sessions()).toEqual([]);
    rmSync(planted);
    expect(persist('apply').exitCode).toBe(0);
    expect(emo.sessions()).toEqual(['notes']);
  });

  test('a file of the predecessor’s that a user wrote is not imported', () => {
    const { emo, anca, persist, plan, stateDirectory } = host();
    mkdirSync(stateDirectory);
    for (const user of [emo, anca]) writeFileSync(join(stateDirectory, `${user.name}.tsv`), `notes\t${user.home}\t\n`);
    chownSync(join(stateDirectory, `${emo.name}.tsv`), emo.uid, emo.gid);
    expect(plannedFor(plan())).toEqual([`${anca.name}: hold notes (server-stopped)`]);
    expect(persist('save')).toMatchObject({
      exitCode: 4,
      stdout: expect.stringContaining(`it belongs to user id ${emo.uid}; look at what is there, then: chown -h 0 `),
    });
  });

  test('records of one who left the roster keep nobody from being shown', () => {
    const { emo, anca, wizard, persist, stateDirectory, writeRoster } = savedHost();
    writeRoster(rosterOf(anca, wizard));
    chownSync(join(stateDirectory, 'users', emo.name), emo.uid, emo.gid);
    expect(persist('status')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(anca.name) });
    expect(persist('history')).toMatchObject({
      exitCode: 4,
      stdout: expect.stringContaining('notes'),
      stderr: expect.stringContaining(`it belongs to user id ${emo.uid}`),
    });
    expect(persist('show', emo.name)).toMatchObject({ exitCode: 2, stdout: '' });
  });

  test('a link in the place of the metrics is not written through, and keeps no save from its end', () => {
    const { persist, stateDirectory, directory } = savedHost();
    const precious = join(directory, 'precious');
    mkdirSync(precious);
    rmSync(join(stateDirectory, 'metrics'), { recursive: true });
    symlinkSync(precious, join(stateDirectory, 'metrics'));
    expect(persist('save')).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('is in the way') });
    expect(persist('doctor').stdout).toContain(`${join(stateDirectory, 'metrics')} is in the way`);
    expect(readdirSync(precious)).toEqual([]);
    rmSync(precious, { recursive: true });
  });

  test('one’s own are refused where another user could have written them', () => {
    const { emo, anca, persistAs } = startedHost();
    const state = join(emo.home, '.local/state/tmux-persist');
    const save = () => persistAs(emo, {}, 'save', '--user', emo.name);
    expect(save().exitCode).toBe(0);
    const heartbeat = join(state, 'users', emo.name, 'last-save.json');
    chmodSync(heartbeat, 0o644);
    chownSync(heartbeat, anca.uid, anca.gid);
    expect(save()).toMatchObject({ exitCode: 4, stdout: expect.stringContaining(`user id ${anca.uid}`) });
    chownSync(heartbeat, 0, 0);
    expect(save().exitCode).toBe(0);
    rmSync(state, { recursive: true });
  });

  test('an impossible snapshot id in one store is passed over, and the user is saved behind it', () => {
    const { emo, persist, plan, stateDirectory } = savedHost();
    const snapshots = join(stateDirectory, 'users', emo.name, 'snapshots');
    writeFileSync(join(snapshots, '99991231T235959.json'), '{}');
    emo.startSession('later');
    expect(persist('save')).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('99991231T235959') });
    emo.killServer();
    expect(plannedFor(plan('--user', emo.name))).toEqual([
      `${emo.name}: create later (server-died)`,
      `${emo.name}: create notes (server-died)`,
    ]);
  });
});

describe('who may read a record', () => {
  test('is its user, and nobody who shares a primary group: what they could read before is closed, too', () => {
    const { emo, anca, persist, stateDirectory } = savedHost();
    const own = join(stateDirectory, 'users', emo.name);
    expect(emo.run('cat', join(own, 'last-save.json'))).toContain('"result"');
    // As records were kept before, of a group that has another member by now.
    alterAccounts('gpasswd', '--add', anca.name, emo.name);
    expect(anca.run('cat', join(own, 'last-save.json'))).toContain('"result"');
    expect(persist('save').exitCode).toBe(0);
    expect(() => anca.run('cat', join(own, 'last-save.json'))).toThrow('Permission denied');
    for (const path of [own, join(own, 'snapshots')]) expect(rightsOf(path)).toBe('700 0:0');
    for (const name of readdirSync(join(own, 'snapshots')))
      expect(rightsOf(join(own, 'snapshots', name))).toBe('600 0:0');
    alterAccounts('gpasswd', '--delete', anca.name, emo.name);
    expect(persist('save').exitCode).toBe(0);
    expect(emo.run('cat', join(own, 'last-save.json'))).toContain('"result"');
  });
});

describe('a roster', () => {
  test.each<[string, (path: string, host: SharedHost) => void]>([
    ['that belongs to a user', (path, { emo }) => chownSync(path, emo.uid, emo.gid)],
    ['that everybody can write', (path) => chmodSync(path, 0o666)],
    ['that a group of others can write', (path, { emo }) => (chownSync(path, 0, emo.gid), chmodSync(path, 0o664))],
  ])('%s is refused by every command of root’s', (_case, spoil) => {
    const { emo, persist, rosterPath } = startedHost();
    spoil(rosterPath, host());
    try {
      for (const args of [['save'], ['plan'], ['apply'], ['status'], ['show', emo.name], ['roster', 'check']]) {
        expect(persist(...args)).toMatchObject({
          exitCode: 2,
          stdout: '',
          stderr: expect.stringMatching(/roster .*(belongs to user id \d+|can change it); .* then: ch/),
        });
      }
      expect(persist('doctor')).toMatchObject({ exitCode: 1, stdout: expect.stringContaining(rosterPath) });
    } finally {
      chownSync(rosterPath, 0, 0);
      chmodSync(rosterPath, 0o644);
    }
  });

  test('in a directory of somebody’s is refused, whatever it is: YAML or a user map', () => {
    const { emo, persistIn } = startedHost();
    for (const name of ['roster.yaml', 'user-map']) {
      const path = join(emo.home, name);
      writeFileSync(path, name === 'user-map' ? `emo=${emo.name}\n` : rosterOf(emo));
      expect(persistIn({ TMUX_PERSIST_ROSTER: path }, 'save')).toMatchObject({ exitCode: 2, stdout: '' });
      rmSync(path);
    }
  });

  test('with two names for one user id is about the first alone, and says so', async () => {
    const { emo, anca, persist, plan, writeRoster, stateDirectory, directory } = startedHost();
    const twin = `${emo.name}2`;
    const remove = guardAccounts({ names: [twin], group: `${twin}-none`, directory: join(directory, 'none') });
    alterAccounts('useradd', '-M', '-o', '--uid', String(emo.uid), '--gid', String(emo.gid), '-d', emo.home, twin);
    try {
      writeRoster(`${rosterOf(emo, anca)}  ${twin}: {}\n`);
      const saved = persist('save');
      expect(saved.stderr).toContain(`${twin}: has the user id ${emo.uid} of ${emo.name}`);
      expect(saved.stdout).not.toContain(twin);
      expect(lstatSync(join(stateDirectory, 'users', twin), { throwIfNoEntry: false })).toBeUndefined();
      expect(persist('doctor').stdout).toContain(`user ${twin}: has the user id`);
      expect(plan().users.map(({ user }) => user)).toEqual([emo.name, anca.name]);
      expect(persist('restore', twin)).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining(`user ${twin}: has the user id ${emo.uid} of ${emo.name}`),
      });
    } finally {
      await remove();
    }
  });
});

function rightsOf(path: string): string {
  const { mode, uid, gid } = statSync(path);
  return `${(mode & 0o7777).toString(8)} ${uid}:${gid}`;
}

/** Each user runs `notes`. */
function startedHost(): SharedHost {
  const started = host();
  for (const user of [started.emo, started.anca, started.wizard]) user.startSession('notes');
  return started;
}

function savedHost(): SharedHost {
  const saved = startedHost();
  expect(saved.persist('save').exitCode).toBe(0);
  return saved;
}
