import { describe, expect, test } from 'vitest';
import { plannedFor, rosterOf, sharedHost, type SharedHost } from './shared-host.ts';

const host = sharedHost();

describe('a user of the roster', () => {
  test('without an account on this host is a warning, and the others are handled', () => {
    const { emo, anca, persist, plan, writeRoster } = startedHost();
    writeRoster(`${rosterOf(emo, anca)}  tpt-left-us: {}\n`);
    const saved = persist('save');
    expect(saved).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('tpt-left-us: has no account on this host'),
    });
    expect(saved.stdout).toContain('tpt-left-us: not saved: no account on this host\n');
    emo.killServer();
    const planned = plan();
    expect(planned).toMatchObject({ complete: true, pending: true });
    expect(planned.users[2]).toMatchObject({ user: 'tpt-left-us', reason: 'no account', actions: [] });
    expect(persist('restore')).toMatchObject({ exitCode: 0 });
    expect(emo.sessions()).toEqual(['__scratch', 'notes']);
    expect(persist('restore', 'tpt-left-us')).toMatchObject({ exitCode: 0 });
    expect(persist('status')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('no account on this host'),
    });
  });

  test('under a name that is mistyped is told to have records, and to be saved no more', () => {
    const { emo, anca, persist, writeRoster } = savedHost();
    const typed = `${anca.name.slice(0, -1)}${anca.name.endsWith('k') ? 'c' : 'k'}`;
    writeRoster(`${rosterOf(emo)}  ${typed}: {}\n`);
    const words = `has no account on this host; did you mean ${anca.name}, who has records here, is not in the roster any more, and is not saved?`;
    expect(persist('save')).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(`${typed}: ${words}`) });
    expect(persist('roster', 'check').stdout).toContain(`user ${typed}: ${words}\n`);
    const examined = persist('doctor');
    expect(examined).toMatchObject({ exitCode: 1, stdout: expect.stringContaining(`error   user ${typed}: ${words}`) });
    expect(examined.stdout).not.toContain('useradd');
    const refused = persist('plan', '--user', anca.name);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(`user "${anca.name}" has records here (tmux-persist show ${anca.name})`);
    expect(refused.stderr).toContain(`it lists ${typed}: is ${anca.name} meant?`);
    expect(persist('show', anca.name)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('notes') });
  });

  test('with a mistake in the own settings is held, and the others are served', () => {
    const { emo, anca, persist, writeRoster } = savedHost();
    writeRoster(`users:\n  ${emo.name}: { persist: { restore: { closed: maybe } } }\n  ${anca.name}: {}\n`);
    emo.killServer();
    anca.killServer();
    expect(persist('save').exitCode).toBe(4);
    const restored = persist('restore');
    expect(restored).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('persist.restore.closed') });
    expect(emo.serverPid()).toBeNull();
    expect(anca.sessions()).toEqual(['__scratch', 'notes']);
    expect(persist('restore', anca.name).exitCode).toBe(0);
    writeRoster(rosterOf(emo, anca));
    expect(persist('restore').exitCode).toBe(0);
    expect(emo.sessions()).toEqual(['__scratch', 'notes']);
  });

  test('is served although another name cannot be that of an account', () => {
    const { emo, anca, persist, writeRoster } = savedHost();
    writeRoster(`${rosterOf(emo, anca)}  emil@example.org: {}\n  007: {}\n`);
    emo.killServer();
    expect(persist('save').exitCode).toBe(4);
    expect(persist('restore').exitCode).toBe(4);
    expect(emo.sessions()).toEqual(['__scratch', 'notes']);
  });

  test('who is parked is held: nothing comes back, by any command', () => {
    const { emo, anca, persist, plan, writeRoster } = savedHost();
    writeRoster(`users:\n  ${emo.name}: { parked: true }\n  ${anca.name}: {}\n`);
    emo.killServer();
    anca.killServer();
    expect(plannedFor(plan())).toEqual([
      `${emo.name}: hold __scratch (server-died)`,
      `${emo.name}: hold notes (server-died)`,
      `${anca.name}: create __scratch (server-died)`,
      `${anca.name}: create notes (server-died)`,
    ]);
    expect(persist('restore').exitCode).toBe(0);
    expect(persist('restore', emo.name).exitCode).toBe(0);
    expect(persist('apply', '--user', emo.name, '--session', 'notes')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('its user is parked'),
    });
    expect(emo.serverPid()).toBeNull();
    expect(anca.sessions()).toEqual(['__scratch', 'notes']);
    expect(persist('status').stdout).toContain(`${emo.name}: parked: nothing is restored`);
  });

  test('who is parked no more gets back what was lost before', () => {
    const { emo, persist, writeRoster } = savedHost();
    writeRoster(`users:\n  ${emo.name}: { parked: true }\n`);
    emo.killServer();
    persist('save');
    persist('restore');
    writeRoster(rosterOf(emo));
    expect(persist('apply').exitCode).toBe(0);
    expect(emo.sessions()).toEqual(['__scratch', 'notes']);
  });

  test('has sessions of excluded names neither saved nor restored', () => {
    const { emo, anca, persist, plan, writeRoster, stateDirectory } = startedHost();
    writeRoster(`persist: { exclude: ["__*"] }\n${rosterOf(emo, anca)}`);
    persist('save');
    expect(emo.run('cat', `${stateDirectory}/users/${emo.name}/last-save.json`)).toContain('"result": "saved"');
    expect(persist('show', emo.name).stdout).not.toContain('__scratch');
    emo.killServer();
    expect(plannedFor(plan('--user', emo.name))).toEqual([`${emo.name}: create notes (server-died)`]);
    persist('apply');
    expect(emo.sessions()).toEqual(['notes']);
    expect(anca.sessions()).toEqual(['__scratch', 'notes']);
  });

  test('can have a name excluded later: it is held then, although it was recorded before', () => {
    const { emo, persist, plan, writeRoster } = savedHost();
    emo.killServer();
    writeRoster(`users:\n  ${emo.name}: { persist: { exclude: ["__*"] } }\n`);
    expect(plannedFor(plan())).toEqual([
      `${emo.name}: hold __scratch (server-died)`,
      `${emo.name}: create notes (server-died)`,
    ]);
    persist('restore', emo.name);
    expect(emo.sessions()).toEqual(['notes']);
  });
});

describe('a user who was removed from the roster', () => {
  test('keeps the record, is never acted on, and can still be looked up', () => {
    const { emo, anca, wizard, persist, plan, writeRoster } = savedHost();
    writeRoster(rosterOf(emo, anca));
    wizard.killServer();

    expect(plan().users.map(({ user }) => user)).toEqual([emo.name, anca.name]);
    expect(persist('save').stdout).not.toContain(wizard.name);
    expect(persist('restore').exitCode).toBe(0);
    expect(persist('apply', '--user', wizard.name)).toMatchObject({ exitCode: 2 });
    expect(wizard.serverPid()).toBeNull();

    expect(persist('status')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(`${wizard.name}: not in the roster: kept, never acted on`),
    });
    expect(persist('show', wizard.name)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('notes') });
    expect(persist('snapshots', wizard.name)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/\d{8}T\d{6}/),
    });
    expect(persist('history', wizard.name)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('notes') });
  });

  test('gets everything back once they are listed again', () => {
    const { emo, wizard, persist, writeRoster } = savedHost();
    writeRoster(rosterOf(emo));
    wizard.killServer();
    persist('save');
    writeRoster(rosterOf(emo, wizard));
    expect(persist('apply').exitCode).toBe(0);
    expect(wizard.sessions()).toEqual(['__scratch', 'notes']);
  });
});

/** Each user runs `notes` and `__scratch`. */
function startedHost(): SharedHost {
  const started = host();
  for (const user of [started.emo, started.anca, started.wizard]) {
    user.startSession('notes');
    user.startSession('__scratch');
  }
  return started;
}

function savedHost(): SharedHost {
  const saved = startedHost();
  expect(saved.persist('save').exitCode).toBe(0);
  return saved;
}
