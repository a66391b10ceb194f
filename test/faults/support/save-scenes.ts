import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { predecessorViewPath, snapshotPath } from '../../../src/manifest/state-paths.ts';
import { claudeCommand } from '../../support/fake-claude.ts';
import { waitUntil } from '../../support/private-tmux.ts';
import { countOneOomKill, snapshotFile } from '../../support/stored-record.ts';
import type { FaultBox } from './fault-box.ts';
import type { Scene } from './scene.ts';

const conversations = ['3f36c85e-0000-4000-8000-000000000001', '7a2be1f0-0000-4000-8000-000000000002'] as const;

const save = {
  args: ['save'],
  reset: async (box: FaultBox) => box.restoreState('before'),
  proof: { args: ['save'], prints: /: unchanged, / },
  // No save touches tmux, and a line for each session is what would show it.
  world: async (box: FaultBox) =>
    (await box.tmux('list-panes', '-a', '-F', '#{session_id} #{session_name} #{window_id} #{pane_id} #{pane_pid}'))
      .trim()
      .split('\n'),
} as const;

export const firstSave: Scene = {
  ...save,
  name: 'save, first',
  policy: '',
  prepare: async (box) => {
    await startSessions(box, 'notes', 'infra');
    box.keepState('before');
  },
};

/** A session was killed for memory, another one came, with an agent: every sort of evidence is needed to record it. */
export const changedSave: Scene = {
  ...save,
  name: 'save, changed',
  policy: '',
  prepare: prepareChange,
};

export const pruningSave: Scene = {
  ...save,
  name: 'save, with retention',
  policy: 'persist: { keep_snapshots: 2 }\n',
  prepare: async (box) => {
    await prepareChange(box);
    box.restoreState('before');
    const { stateDirectory, user } = box;
    const newest = snapshotFile(box);
    for (const id of ['20250101T000000.000Z', '20250102T000000.000Z', '20250103T000000.000Z']) {
      copyFileSync(newest, snapshotPath(stateDirectory, user, id));
    }
    box.keepState('before');
  },
};

export const importingSave: Scene = {
  ...save,
  name: 'save, importing the old state',
  policy: '',
  prepare: async (box) => {
    await startSessions(box, 'notes');
    mkdirSync(box.stateDirectory);
    const rows = ['notes\t/root\t', `lost\t${box.home}\t${conversations[0]}`, 'broken_1234_/home/emo\t\t', ''];
    writeFileSync(predecessorViewPath(box.stateDirectory, box.user), rows.join('\n'));
    box.keepState('before');
  },
};

async function prepareChange(box: FaultBox): Promise<void> {
  await startSessions(box, 'notes', 'scratch');
  await startConversation(box, 'ai', conversations[0]);
  const { exitCode, stdout, stderr } = await box.persist('save');
  if (exitCode !== 0) throw new Error(`the first save failed: ${stdout}${stderr}`);
  await box.tmux('kill-session', '-t', '=scratch');
  await startConversation(box, 'late', conversations[1]);
  countOneOomKill(box);
  box.keepState('before');
}

export async function startSessions(box: FaultBox, ...names: readonly string[]): Promise<void> {
  for (const name of names) await box.tmux('new-session', '-d', '-s', name, '-c', box.home);
}

async function startConversation(box: FaultBox, name: string, id: string): Promise<void> {
  await box.tmux('new-session', '-d', '-s', name, '-c', box.home, ...claudeCommand(box, id));
  const transcript = join(box.home, '.claude/projects', box.home.replaceAll(/[^A-Za-z0-9]/g, '-'), `${id}.jsonl`);
  waitUntil(() => existsSync(transcript), `the transcript of ${name}`);
}
