import { describe, expect, test } from 'vitest';
import { startImpostor } from '../support/impostor/start-impostor.ts';
import { teller } from '../support/impostor/tall-tale.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { plannedFor, sharedHost, type SharedHost } from './shared-host.ts';

const host = sharedHost();

describe('a server that hangs as soon as something is to be created', { timeout: 90_000 }, () => {
  test('keeps neither the sessions nor the locks of the others', async () => {
    const { emo, anca, wizard, directory, persist, start } = lostHost();
    wizard.startSession('work');
    const { stop } = startImpostor(emo, directory, teller({ sessions: [{ name: 'mine' }] }, { hangsAfter: 2 }));

    const applied = start('apply');
    waitUntil(() => anca.sessions().length === 2, 'the sessions of anca', 30_000);
    for (const user of [anca, wizard]) {
      expect(persist('save', '--user', user.name, '--lock-timeout', '20')).toMatchObject({ exitCode: 0, stderr: '' });
    }
    expect(persist('save', '--user', emo.name, '--lock-timeout', '0').exitCode).toBe(5);

    stop();
    const { exitCode, stdout } = await applied;
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`${anca.name}: created notes in ~, shell\n`);
    expect(stdout).toMatch(new RegExp(`^${emo.name}: failed notes: `, 'm'));
  });

  test('loses nothing: when it is gone, the sessions come back', () => {
    const { emo, anca, directory, persist, plan } = lostHost();
    const { stop } = startImpostor(emo, directory, { kind: 'hang' });
    expect(persist('apply').exitCode).toBe(4);
    expect(anca.sessions()).toEqual(['notes', 'work']);
    stop();
    expect(persist('restore', emo.name).exitCode).toBe(0);
    expect(emo.sessions()).toEqual(['notes', 'work']);
    expect(plannedFor(plan('--user', emo.name))).toEqual([`${emo.name}: live notes`, `${emo.name}: live work`]);
  });
});

/** Emo and anca ran `notes` and `work` each, and their servers were killed. */
function lostHost(): SharedHost {
  const lost = host();
  for (const user of [lost.emo, lost.anca]) for (const name of ['notes', 'work']) user.startSession(name);
  expect(lost.persist('save').exitCode).toBe(0);
  for (const user of [lost.emo, lost.anca]) user.killServer();
  return lost;
}
