import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { agentBox, type AgentBox } from '../support/agent-box.ts';
import { waitUntil } from '../support/private-tmux.ts';

const stranger = '11111111-2222-4333-8444-555555555555';

test.each([
  ['left by another process that had the same pid', { procStart: '1' }],
  ['that says another pid', { pid: 1 }],
])('a record %s is not believed', (_, forged) => {
  const box = agentBox();
  const { victim, other, record } = twoAgents(box);
  const own = JSON.parse(readFileSync(record, 'utf8'));
  writeFileSync(record, JSON.stringify({ ...own, sessionId: other, ...forged }));

  box.save();

  const { victim: told, other: undisturbed } = box.stored();
  expect(undisturbed).toBe(other);
  expect([victim, 'unidentified']).toContain(told);
});

test.each([
  ['a symbolic link', (path: string) => symlinkSync('/etc/passwd', path)],
  ['a FIFO', (path: string) => void execFileSync('mkfifo', [path])],
  ['a sparse file of 10 GB', sparse],
  ['JSON of a million brackets', (path: string) => writeFileSync(path, '['.repeat(1_000_000))],
  [
    'JSON that is deep and small enough',
    (path: string) => writeFileSync(path, `${'['.repeat(30_000)}${']'.repeat(30_000)}`),
  ],
  ['half a record', (path: string) => writeFileSync(path, `{"pid": 1, "sessionId": "${stranger}`)],
  ['no id', (path: string) => writeFileSync(path, '{"pid":1,"sessionId":"--help","__proto__":{"kind":"bg"}}')],
])('%s in the place of a record delays nothing and touches no other pane', (_, replace) => {
  const box = agentBox();
  const { victim, other, record } = twoAgents(box);
  rmSync(record);
  replace(record);
  const startedAtMs = performance.now();

  box.save();

  expect(performance.now() - startedAtMs).toBeLessThan(5_000);
  const told = box.stored();
  expect(told['other']).toBe(other);
  expect([victim, 'unidentified']).toContain(told['victim']);
});

function twoAgents(box: AgentBox) {
  const cwd = box.box.directory('code');
  for (const session of ['victim', 'other']) box.start(session, { cwd });
  const [victim, other] = [box.say('victim', 'words of the victim'), box.say('other', 'words of the other')];
  const [start] = box.running('victim');
  const record = `${box.configDirectory}/sessions/${start?.pid}.json`;
  // It writes there, in place, until it waits for its next words.
  waitUntil(() => readFileSync(record, 'utf8').includes('"status":"idle"'), 'an idle agent');
  return { victim, other, record };
}

function sparse(path: string): void {
  const file = openSync(path, 'w');
  ftruncateSync(file, 10_000_000_000);
  closeSync(file);
}
