import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { predecessorViewPath, snapshotPath } from '../../../src/state/state-paths.ts';
import { claudeCommand } from '../../support/fake-claude.ts';
import { waitUntil } from '../../support/private-tmux.ts';
import { countOneOomKill, snapshotFile } from '../../support/stored-record.ts';
import { openOwnBox, type OwnBox } from './own-box.ts';
import type { Scene, Stage } from './scene.ts';

const conversations = ['3f36c85e-0000-4000-8000-000000000001', '7a2be1f0-0000-4000-8000-000000000002'] as const;

const proof = { args: ['save'], prints: /: unchanged, / };

export const firstSave: Scene = {
  name: 'save, first',
  args: ['save'],
  proof,
  records: 'whole',
  open: () => stageOf('', (box) => startSessions(box, 'notes', 'infra')),
};

/** A session was killed for memory, another one came, with an agent: every sort of evidence is needed to record it. */
export const changedSave: Scene = {
  name: 'save, changed',
  args: ['save'],
  proof,
  records: 'whole',
  open: () => stageOf('', prepareChange),
};

export const pruningSave: Scene = {
  name: 'save, with retention',
  args: ['save'],
  proof,
  records: 'whole',
  open: () =>
    stageOf('persist: { keep_snapshots: 2 }\n', async (box) => {
      await prepareChange(box);
      for (const id of ['20250101T000000', '20250102T000000', '20250103T000000']) {
        copyFileSync(snapshotFile(box), snapshotPath(box.stateDirectory, box.user, id));
      }
    }),
};

export const importingSave: Scene = {
  name: 'save, importing the old state',
  args: ['save'],
  proof,
  records: 'whole',
  open: () =>
    stageOf('', async (box) => {
      await startSessions(box, 'notes');
      mkdirSync(box.stateDirectory);
      const rows = ['notes\t/root\t', `lost\t${box.home}\t${conversations[0]}`, 'broken_1234_/home/emo\t\t', ''];
      writeFileSync(predecessorViewPath(box.stateDirectory, box.user), rows.join('\n'));
    }),
};

async function stageOf(policy: string, prepare: (box: OwnBox) => Promise<void>): Promise<Stage> {
  const box = openOwnBox(policy);
  await prepare(box);
  box.keepState('before');
  const format = '#{session_id} #{session_name} #{window_id} #{pane_id} #{pane_pid}';
  return {
    box,
    // No save touches tmux; `world` is what would show it.
    reset: async () => box.restoreState('before'),
    world: async () => (await box.tmux('list-panes', '-a', '-F', format)).trim().split('\n'),
    close: box.close,
  };
}

async function prepareChange(box: OwnBox): Promise<void> {
  await startSessions(box, 'notes', 'scratch');
  await startConversation(box, 'ai', conversations[0]);
  await mustSave(box);
  await box.tmux('kill-session', '-t', '=scratch');
  await startConversation(box, 'late', conversations[1]);
  countOneOomKill(box);
}

export async function startSessions(box: OwnBox, ...names: readonly string[]): Promise<void> {
  for (const name of names) await box.tmux('new-session', '-d', '-s', name, '-c', box.home);
}

export async function mustSave(box: Pick<OwnBox, 'persist'>): Promise<void> {
  const { exitCode, stdout, stderr } = await box.persist('save');
  if (exitCode !== 0) throw new Error(`save failed: ${stdout}${stderr}`);
}

async function startConversation(box: OwnBox, name: string, id: string): Promise<void> {
  await box.tmux('new-session', '-d', '-s', name, '-c', box.home, ...claudeCommand(box, id));
  const transcript = join(box.home, '.claude/projects', box.home.replaceAll(/[^A-Za-z0-9]/g, '-'), `${id}.jsonl`);
  waitUntil(() => existsSync(transcript), `the transcript of ${name}`);
}
