import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { agentBox, type AgentBox } from '../support/agent-box.ts';
import { stateFiles } from '../support/world.ts';

const text = '--model "haiku"; $(touch ran) `id`\n\té 日本 \x7f \\ #{pane_id} !! \'';

describe.each([
  ['2.1.329', 'native'],
  ['2.1.112', 'npm-node'],
] as const)('a message to agents (%s, %s)', (version, packaging) => {
  test('is the first prompt of each resumed conversation, byte for byte, and of no agent that starts anew', () => {
    const box = agentBox({ version, packaging });
    const cwd = box.box.directory('code');
    box.start('fresh', { cwd: box.box.directory('new'), args: ['--model', 'opus'] });
    const [one = '', two = ''] = ['one', 'two'].map((session) => spokenIn(box, session, cwd));
    box.box.tmux('new-session', '-d', '-s', 'shell', '-c', cwd);
    box.save();
    box.kill();

    const { exitCode, stdout, stderr } = box.box.persist('apply', '--message', text);

    expect(exitCode).toBe(0);
    expect(`${stdout}${stderr}`).not.toMatch(/message|haiku/);
    expect(box.runningArgs()).toEqual({
      // A build that hides its arguments cannot have them again.
      fresh: packaging === 'native' ? ['--model', 'opus'] : [],
      one: ['--resume', one, '--', text],
      two: ['--resume', two, '--', text],
      shell: null,
    });
    for (const id of [one, two]) {
      expect(readFileSync(box.transcriptOf(id), 'utf8')).toContain(JSON.stringify(text));
    }
  });

  test('is given once: it is in no record, and the next restore resumes the same conversations without it', () => {
    const box = agentBox({ version, packaging });
    const id = spokenIn(box, 'notes', box.box.directory('code'));
    box.save();
    box.kill();
    expect(box.box.persist('apply', '--message', text)).toMatchObject({ exitCode: 0 });
    box.save();
    expect(box.stored()).toEqual({ notes: id });
    const holding = stateFiles(box.box).filter((file) =>
      readFileSync(join(box.box.stateDirectory, file), 'utf8').includes('haiku'),
    );
    expect(holding).toEqual([]);

    box.kill();
    expect(box.apply()).toMatchObject({ exitCode: 0 });

    expect(box.runningArgs()).toEqual({ notes: ['--resume', id] });
  });
});

test('a message reaches a conversation that is resumed in its live session', () => {
  const box = agentBox();
  const id = spokenIn(box, 'notes', box.box.directory('code'));
  box.save();
  box.kill();
  expect(box.apply()).toMatchObject({ exitCode: 0 });
  box.type('notes', '/exit', '[tmux-persist] claude ended (exit status 0)');
  box.save();

  expect(box.box.persist('apply', '--session', 'notes', '--message', text)).toMatchObject({ exitCode: 0 });

  expect(box.runningArgs()).toEqual({ notes: ['--resume', id, '--', text] });
});

test('a conversation whose agent does not take the message comes back without it, and one note says why', () => {
  const box = agentBox();
  const id = spokenIn(box, 'notes', box.box.directory('code'));
  box.save();
  box.kill();

  const { exitCode, stdout } = box.box.persist('apply', '--message', 'purge');

  expect(exitCode).toBe(0);
  expect(stdout.match(/did not get the message/g)).toHaveLength(1);
  expect(stdout).toContain(
    'claude did not get the message: it may take a single word in lower case for one of its own commands',
  );
  expect(box.runningArgs()).toEqual({ notes: ['--resume', id] });
});

function spokenIn(box: AgentBox, session: string, cwd: string): string {
  box.start(session, { cwd });
  return box.say(session, `words of ${session}`);
}
