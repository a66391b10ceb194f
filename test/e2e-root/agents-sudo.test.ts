import { rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sharedHost } from './shared-host.ts';
import { agentsOf, heldBy } from './user-agents.ts';

const host = sharedHost();

/** No dot in the name: sudo passes over files that have one. */
let rights = '';

beforeAll(() => {
  const { emo, anca } = host();
  rights = `/etc/sudoers.d/${emo.name}`;
  writeFileSync(rights, `${emo.name} ALL=(${emo.name},${anca.name}) NOPASSWD: ALL\n`, { mode: 0o440 });
});

afterAll(() => rmSync(rights, { force: true }));

describe('an agent behind sudo -u', () => {
  test('is the pane’s own when it runs as its user, and comes back without sudo', () => {
    const { emo, persist } = host();
    const { fake, startCommand, say, kill, runningArgs } = agentsOf(emo);
    startCommand('notes', 'sudo', '-u', emo.name, '--', fake.command, '--verbose');
    const id = say('notes', 'words behind sudo');
    expect(persist('save')).toMatchObject({ exitCode: 0 });
    expect(heldBy(host(), emo)).toEqual({ notes: id });
    kill();

    expect(persist('apply')).toMatchObject({ exitCode: 0 });

    expect(runningArgs()).toEqual({ notes: ['--resume', id] });
  });

  test('is not the pane’s when it runs as another user, whose conversation is not started a second time', () => {
    const { emo, anca, persist } = host();
    const [emos, ancas] = [agentsOf(emo), agentsOf(anca)];
    ancas.start('notes');
    const id = ancas.say('notes', 'words of anca');
    expect(persist('save')).toMatchObject({ exitCode: 0 });
    ancas.kill();
    emos.startCommand('borrowed', 'sudo', '-H', '-u', anca.name, '--', ancas.fake.command, '--resume', id);

    expect(persist('save')).toMatchObject({ exitCode: 0 });
    expect(heldBy(host(), emo)).toEqual({ borrowed: 'shell' });
    const { stdout } = persist('apply');

    expect(stdout).toContain(`claude ${id.slice(0, 8)} runs in process `);
    expect(ancas.runningArgs()).toEqual({ notes: null });
  });
});
