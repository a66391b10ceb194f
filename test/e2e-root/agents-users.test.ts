import { chownSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sharedHost } from './shared-host.ts';
import { agentsOf, heldBy, recordPath, sourceIn, transcriptPath, writeAs } from './user-agents.ts';

const host = sharedHost();

const stranger = '22222222-2222-4333-8444-555555555555';

test('every user gets back their own conversations, in panes of their own directories', () => {
  const { emo, anca, wizard, persist } = host();
  const agents = [emo, anca, wizard].map((user) => agentsOf(user));
  const own = agents.map(({ start, say }) => {
    for (const session of ['notes', 'work']) start(session);
    return { notes: say('notes', 'about notes'), work: say('work', 'about work') };
  });
  expect(persist('save')).toMatchObject({ exitCode: 0 });
  expect([emo, anca, wizard].map((user) => heldBy(host(), user))).toEqual(own);
  for (const { kill } of agents) kill();

  expect(persist('apply')).toMatchObject({ exitCode: 0 });

  for (const [at, { runningArgs }] of agents.entries()) {
    expect(runningArgs()).toEqual({
      notes: ['--resume', own[at]?.notes],
      work: ['--resume', own[at]?.work],
    });
  }
  expect(new Set(own.flatMap((one) => Object.values(one))).size).toBe(6);
});

test('a record that another user wrote about a process is not believed, and a forged claim takes nobody’s conversation', () => {
  const { emo, anca, persist } = host();
  const [emos, ancas] = [agentsOf(emo), agentsOf(anca)];
  for (const { start } of [emos, ancas]) start('notes');
  const [emosId, ancasId] = [emos.say('notes', 'words of emo'), ancas.say('notes', 'words of anca')];
  const [emosPid, ancasPid] = [emos.pidIn('notes'), ancas.pidIn('notes')];
  const forged = readFileSync(recordPath(anca, ancasPid), 'utf8').replaceAll(ancasId, emosId);
  // Anca says of the process of emo, and of her own, that it holds the conversation of emo, and has such a transcript.
  writeAs(anca, recordPath(anca, emosPid), forged.replaceAll(String(ancasPid), String(emosPid)));
  writeAs(anca, recordPath(anca, ancasPid), forged);
  writeAs(anca, transcriptPath(anca, emosId), readFileSync(transcriptPath(emo, emosId), 'utf8'));
  expect(persist('save')).toMatchObject({ exitCode: 0 });
  expect(heldBy(host(), emo)).toEqual({ notes: emosId });

  // Nor is one believed that is right in all but its owner.
  const own = readFileSync(recordPath(emo, emosPid), 'utf8');
  chownSync(recordPath(emo, emosPid), anca.uid, anca.gid);
  writeFileSync(recordPath(emo, emosPid), own.replaceAll(emosId, stranger));
  writeAs(emo, transcriptPath(emo, stranger), readFileSync(transcriptPath(emo, emosId), 'utf8'));
  expect(persist('save')).toMatchObject({ exitCode: 0 });
  expect([emosId, 'unidentified']).toContain(heldBy(host(), emo)['notes']);
});

test('the stamp of a hook is believed inside of the user’s own projects only', () => {
  const { emo, anca, persist } = host();
  const [emos, ancas] = [agentsOf(emo, '2.1.74'), agentsOf(anca)];
  for (const session of ['own', 'foreign', 'outside']) emos.start(session);
  ancas.start('notes');
  const own = emos.say('own', 'words of the own');
  const [foreign, outside] = [emos.say('foreign', 'words of the foreign'), emos.say('outside', 'words of the outside')];
  const ancasId = ancas.say('notes', 'words of anca');
  const outsidePath = join(emo.home, `elsewhere/project/${stranger}.jsonl`);
  writeAs(emo, outsidePath, readFileSync(transcriptPath(emo, outside), 'utf8'));
  const stamp = (session: string, path: string): string =>
    emo.tmux('set-option', '-t', `=${session}:`, '@claude_transcript', path);
  stamp('own', transcriptPath(emo, own));
  stamp('foreign', transcriptPath(anca, ancasId));
  stamp('outside', `${emo.home}/.claude/projects/../../elsewhere/project/${stranger}.jsonl`);

  expect(persist('save')).toMatchObject({ exitCode: 0 });

  const told = heldBy(host(), emo);
  expect(told['own']).toBe(own);
  expect([foreign, 'unidentified']).toContain(told['foreign']);
  expect([outside, 'unidentified']).toContain(told['outside']);
  expect(heldBy(host(), anca)).toEqual({ notes: ancasId });

  // Where nothing else would tell, the stamp is what tells.
  expect(sourceIn(host(), emo, 'own')).toBe('stamp');
});

test('what the records of one user lead to is read with that user’s rights', () => {
  const { emo, anca, persist } = host();
  const [emos, ancas] = [agentsOf(emo), agentsOf(anca)];
  for (const { start } of [emos, ancas]) start('notes');
  const ancasId = ancas.say('notes', 'words of anca');
  emo.run('rm', '-rf', join(emo.home, '.claude/sessions'), join(emo.home, '.claude/projects'));
  anca.run('chmod', '700', anca.home);
  for (const name of ['sessions', 'projects'])
    emo.run('ln', '-s', join(anca.home, '.claude', name), join(emo.home, '.claude', name));

  expect(persist('save')).toMatchObject({ exitCode: 0 });

  expect(heldBy(host(), emo)['notes']).not.toBe(ancasId);
  expect(heldBy(host(), anca)).toEqual({ notes: ancasId });
});
