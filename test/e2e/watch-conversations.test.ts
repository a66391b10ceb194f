import { describe, expect, test } from 'vitest';
import { agentBox } from '../support/agent-box.ts';
import { waitForFreeLock } from '../support/held-lock.ts';
import { rosterOfSelf } from '../support/persist-sandbox.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { causeOf, isRecordedRunning, startWatch, stopped } from '../support/watch.ts';

describe('a conversation that another run has recorded', { timeout: 60_000 }, () => {
  /** The watch asks a running agent for its conversation only now and then. */
  test('is not replaced by the older one that the watch remembers', async () => {
    const agent = agentBox({ roster: rosterOfSelf() });
    const { box } = agent;
    agent.start('talk', { cwd: box.home });
    const first = agent.say('talk', 'the first words');
    const watch = startWatch(box);
    waitUntil(() => isRecordedRunning(box, first), 'a record of the first');
    box.tmux('send-keys', '-t', '=talk:', '/clear', 'Enter');
    const second = agent.say('talk', 'words after that');
    waitForFreeLock(box);
    agent.save();
    expect(isRecordedRunning(box, second)).toBe(true);
    box.tmux('new-session', '-d', '-s', 'later', '-c', box.home);
    waitUntil(() => causeOf(box, 'later') === 'live', 'a record of the watch');
    expect(isRecordedRunning(box, second)).toBe(true);
    await stopped(watch);
  });
});
