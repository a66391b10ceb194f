import { describe, expect, test } from 'vitest';
import { agentBox, type AgentBox } from '../support/agent-box.ts';

describe('panes of one directory whose agents were started at once', () => {
  test.each(['2.1.128', '2.1.329'])(
    'have their own conversations again after the server was killed, one cleared and one continued (%s)',
    (version) => {
      const box = agentBox({ version });
      const { cleared, continued, spoken } = threeInOneDirectory(box);
      box.save();
      expect(box.stored()).toEqual({ cleared, continued, spoken });
      box.save();
      expect(box.stored()).toEqual({ cleared, continued, spoken });
      box.kill();

      expect(box.apply()).toMatchObject({ exitCode: 0 });

      expect(box.runningArgs()).toEqual({
        cleared: ['--resume', cleared],
        continued: ['--resume', continued],
        spoken: ['--resume', spoken],
      });
      box.save();
      expect(box.stored()).toEqual({ cleared, continued, spoken });
    },
  );

  test.each(['2.1.74', '2.1.80', '2.1.83', '2.1.126'])('never have that of another (%s)', (version) => {
    const box = agentBox({ version, packaging: version === '2.1.126' ? 'native' : 'npm-node' });
    const own = threeInOneDirectory(box);
    box.save();
    const told = box.stored();
    for (const [session, id] of Object.entries(own)) expect([id, 'unidentified']).toContain(told[session]);
    box.save();
    expect(box.stored()).toEqual(told);
    box.kill();

    expect(box.apply()).toMatchObject({ exitCode: 0 });

    for (const [session, args] of Object.entries(box.runningArgs())) {
      expect(args).toEqual(told[session] === 'unidentified' ? null : ['--resume', told[session]]);
    }
  });
});

test('a conversation is followed when it is resumed, branched and cleared', () => {
  const box = agentBox();
  const cwd = box.box.directory('code');
  box.start('R730', { cwd });
  box.start('other', { cwd });
  const first = box.say('R730', 'the first words');
  const second = box.say('other', 'the second words');
  box.type('other', '/clear', '(no content)');
  box.save();
  expect(box.stored()).toEqual({ R730: first, other: 'fresh' });

  box.type('R730', `/resume ${second}`, '> the second words');
  box.save();
  expect(box.stored()).toEqual({ R730: second, other: 'fresh' });

  box.type('R730', '/branch', 'Branched conversation: ');
  const branched = box.say('R730', 'only in the branch');
  box.save();
  box.save();
  expect(box.stored()).toEqual({ R730: branched, other: 'fresh' });
  expect([first, second]).not.toContain(branched);
});

test('an agent that was never spoken to is started anew, not by an id', () => {
  const box = agentBox();
  box.start('notes', { cwd: box.box.directory('code'), args: ['--model', 'opus'] });
  box.save();
  expect(box.stored()).toEqual({ notes: 'fresh' });
  box.kill();

  expect(box.apply()).toMatchObject({ exitCode: 0 });

  expect(box.runningArgs()).toEqual({ notes: ['--model', 'opus'] });
  expect(box.running('notes')).toMatchObject([{ cwd: `${box.box.home}/code` }]);
});

test('directories that share one place for transcripts keep their conversations apart', () => {
  const box = agentBox();
  const cwds = { under: box.box.directory('a_b'), dash: box.box.directory('a-b') };
  for (const [session, cwd] of Object.entries(cwds)) box.start(session, { cwd });
  const under = box.say('under', 'with an underscore');
  const dash = box.say('dash', 'with a dash');
  box.save();
  expect(box.stored()).toEqual({ under, dash });
  box.kill();

  expect(box.apply()).toMatchObject({ exitCode: 0 });

  expect(box.runningArgs()).toEqual({ under: ['--resume', under], dash: ['--resume', dash] });
  expect(box.running('under')).toMatchObject([{ cwd: cwds.under }]);
  expect(box.running('dash')).toMatchObject([{ cwd: cwds.dash }]);
});

test('one conversation in two panes comes back in one of them, and the other says why it does not', () => {
  const box = agentBox();
  const cwd = box.box.directory('code');
  box.start('first', { cwd });
  const id = box.say('first', 'shared words');
  box.start('second', { cwd, args: ['--resume', id] });
  box.save();
  expect(box.stored()).toEqual({ first: id, second: 'unidentified' });
  box.kill();

  const { stdout } = box.apply();

  expect(box.runningArgs()).toEqual({ first: ['--resume', id], second: null });
  expect(stdout).toContain(`claude is not started: conversation ${id.slice(0, 8)} `);
});

test('a conversation that runs outside of tmux is not started a second time', () => {
  const box = agentBox();
  const cwd = box.box.directory('code');
  box.start('notes', { cwd });
  const id = box.say('notes', 'some words');
  box.save();
  box.kill();
  box.box.tmux('-L', 'elsewhere', 'new-session', '-d', '-s', 'x', '-c', cwd, '--', box.fake.command, '--resume', id);
  try {
    box.box.tmux(
      '-L',
      'elsewhere',
      'run-shell',
      'for i in $(seq 50); do tmux -L elsewhere capture-pane -p -t x | grep -q ready && exit 0; sleep 0.1; done; exit 1',
    );

    const { stdout } = box.apply();

    expect(stdout).toContain(`claude ${id.slice(0, 8)} runs in process `);
    expect(box.running('notes')).toEqual([]);
  } finally {
    box.box.tmux('-L', 'elsewhere', 'kill-server');
  }
});

/** Three panes of one directory: one was cleared and spoken to again, one continued, one just spoken to. */
function threeInOneDirectory(box: AgentBox): { cleared: string; continued: string; spoken: string } {
  const cwd = box.box.directory('code');
  box.start('before', { cwd });
  const continued = box.say('before', 'words of last week');
  box.box.tmux('new-session', '-d', '-s', 'keeps the server');
  box.end('before');
  const sessions = ['cleared', 'spoken'];
  for (const session of sessions) box.start(session, { cwd, waitsFor: '' });
  box.start('continued', { cwd, args: ['-c'] });
  for (const session of sessions) box.shows(session, 'ready');
  box.say('cleared', 'words before the clear');
  const spoken = box.say('spoken', 'words of the second');
  box.type('cleared', '/clear', '(no content)');
  const cleared = box.say('cleared', 'words after the clear');
  box.box.tmux('kill-session', '-t', '=keeps the server');
  return { cleared, continued, spoken };
}
