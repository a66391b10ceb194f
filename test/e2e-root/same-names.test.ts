import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeFakeClaude } from '../support/fake-claude.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { processesOf, readProcFile } from '../support/unix-processes.ts';
import type { UnixUser } from '../support/unix-users.ts';
import { plannedFor, sharedHost, type SharedHost } from './shared-host.ts';

const host = sharedHost();

const idOfEmo = '5a3e0000-0000-4000-8000-000000000001';
const idOfAnca = '5a3e0000-0000-4000-8000-000000000002';

describe('sessions of one name that several users have', () => {
  test.each(['plan', 'apply'])(
    'are ambiguous for %s --session: exit 2, nothing done, and the matches are named',
    (command) => {
      const { emo, anca, wizard, persist } = lostHost();
      const refused = persist(command, '--session', 'notes');
      expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
      expect(refused.stderr).toContain('--session "notes" means more than one');
      for (const { name } of [emo, anca]) expect(refused.stderr).toContain(`${name}: notes`);
      expect(refused.stderr).toContain('add --user');
      expect([emo, anca, wizard].map((user) => user.sessions())).toEqual([['other'], ['other'], ['other']]);
    },
  );

  test('are told apart by --user', () => {
    const { emo, anca, persist } = lostHost();
    expect(persist('apply', '--user', emo.name, '--session', 'notes')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(emo.sessions()).toEqual(['notes', 'other']);
    expect(anca.sessions()).toEqual(['other']);
  });

  test('are all brought back by --include closed, each to its own user', () => {
    const { emo, anca, wizard, persist } = lostHost();
    expect(persist('apply', '--include', 'closed')).toMatchObject({ exitCode: 0 });
    expect([emo, anca, wizard].map((user) => user.sessions())).toEqual([
      ['notes', 'other'],
      ['notes', 'other'],
      ['other'],
    ]);
  });
});

describe('conversations of several users', () => {
  test('come back with the ids of their own users, in sessions of the same name', () => {
    const { emo, anca, persist, plan } = host();
    converse(emo, idOfEmo);
    converse(anca, idOfAnca);
    persist('save');
    emo.killServer();
    anca.killServer();
    expect(plannedFor(plan())).toEqual([
      `${emo.name}: create ai (server-died)`,
      `${anca.name}: create ai (server-died)`,
    ]);
    expect(persist('apply')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(resumedBy(emo)).toEqual([idOfEmo]);
    expect(resumedBy(anca)).toEqual([idOfAnca]);
    expect(persist('plan', '--exit-code').exitCode).toBe(0);
    expect(persist('save').stdout).toBe(
      [emo, anca].map(({ name }) => `${name}: unchanged, 1 live\n`).join('') + expectNothingOf(host()),
    );
  });

  test('are selected by id without --user, because an id has one owner', () => {
    const { emo, anca, persist } = host();
    converse(emo, idOfEmo);
    converse(anca, idOfAnca);
    for (const user of [emo, anca]) user.startSession('other');
    persist('save');
    for (const user of [emo, anca]) user.tmux('kill-session', '-t', '=ai');
    expect(persist('apply', '--session', idOfAnca)).toMatchObject({ exitCode: 0 });
    expect(resumedBy(anca)).toEqual([idOfAnca]);
    expect(emo.sessions()).toEqual(['other']);
    expect(persist('apply', '--session', idOfEmo.slice(0, 8))).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('means more than one'),
    });
  });

  test('of the same id, in the homes of two users, are two conversations: each comes back', () => {
    const { emo, anca, persist } = host();
    converse(emo, idOfEmo);
    converse(anca, idOfEmo);
    persist('save');
    emo.killServer();
    anca.killServer();
    expect(persist('restore')).toMatchObject({ exitCode: 0, stderr: '' });
    for (const user of [emo, anca]) expect(resumedBy(user)).toEqual([idOfEmo]);
  });
});

/** Emo and Anca closed a session `notes`; everyone still runs `other`. */
function lostHost(): SharedHost {
  const lost = host();
  const { emo, anca, wizard, persist } = lost;
  for (const user of [emo, anca, wizard]) user.startSession('other');
  for (const user of [emo, anca]) user.startSession('notes');
  expect(persist('save').exitCode).toBe(0);
  for (const user of [emo, anca]) user.tmux('kill-session', '-t', '=notes');
  return lost;
}

function converse(user: UnixUser, id: string): void {
  if (!existsSync(join(user.home, 'bin'))) writeFakeClaude(user.home);
  user.startSession('ai', join(user.home, 'bin/claude'), '--session-id', id);
  waitUntil(() => agentsOf(user).length === 1, `an agent of ${user.name}`);
}

/** The conversations that agents of the user were told to resume. */
function resumedBy(user: UnixUser): readonly string[] {
  return agentsOf(user).flatMap((argv) => (argv[2] === '--resume' ? (argv[3] ?? []) : []));
}

/** The argument vectors of the user's agents. */
function agentsOf({ uid }: UnixUser): readonly (readonly string[])[] {
  return processesOf(uid)
    .map((pid) => (readProcFile(pid, 'cmdline') ?? '').split('\0').slice(0, -1))
    .filter((argv) => argv[1]?.endsWith('/bin/claude') === true);
}

function expectNothingOf({ wizard }: SharedHost): string {
  return `${wizard.name}: unchanged, 0 live\n`;
}
