import { describe, expect, test } from 'vitest';
import type { AgentProcess, AgentReading } from '../../../src/agents/agent.ts';
import { codex } from '../../../src/agents/codex/codex.ts';
import { agentHome, type AgentHome, holderOf, processIn, startedAtMs, startTimeOf } from '../agent-home.ts';
import { after, one, rollout, two } from './codex-home.ts';

describe("the conversations that codex's background server holds", () => {
  test('belong to the terminal that started in their directory as they began', () => {
    const home = agentHome();
    daemon(home, rollout(home, one, { cwd: '/a', timestamp: after(3) }), rollout(home, two, { cwd: '/b' }));
    const [a, b] = [terminal(home, '/a'), terminal(home, '/b')];
    expect(idsOf(readings(home, [a, b]))).toEqual([one, two]);
    expect(readings(home, [b, a])[0]?.claims).toEqual([{ id: two, source: 'assignment', confidence: 'medium' }]);
  });

  test("are nobody's when two terminals started there at once, in any order", () => {
    const home = agentHome();
    daemon(home, rollout(home, one, { cwd: '/a' }), rollout(home, two, { cwd: '/a' }));
    const terminals = [terminal(home, '/a'), terminal(home, '/a', 1)];
    for (const order of [terminals, terminals.toReversed()]) {
      for (const { claims, fresh, reason } of readings(home, order)) {
        expect([claims, fresh, reason]).toEqual([[], false, expect.stringContaining('background server')]);
      }
    }
  });

  test("are nobody's when only one of two such terminals has been spoken to", () => {
    const home = agentHome();
    daemon(home, rollout(home, one, { cwd: '/a' }));
    expect(idsOf(readings(home, [terminal(home, '/a'), terminal(home, '/a', 1)]))).toEqual([null, null]);
  });

  test('are told apart in one directory by when their terminals started', () => {
    const home = agentHome();
    daemon(home, rollout(home, one, { cwd: '/a' }), rollout(home, two, { cwd: '/a', timestamp: after(62) }));
    expect(idsOf(readings(home, [terminal(home, '/a'), terminal(home, '/a', 60)]))).toEqual([one, two]);
  });

  test('are not believed when another was begun there since', () => {
    const home = agentHome();
    daemon(home, rollout(home, one, { cwd: '/a' }), rollout(home, two, { cwd: '/a', timestamp: after(600) }));
    expect(idsOf(readings(home, [terminal(home, '/a')]))).toEqual([null]);
  });

  test('are not given to a terminal that started long before', () => {
    const home = agentHome();
    daemon(home, rollout(home, one, { cwd: '/a', timestamp: after(300) }));
    expect(readings(home, [terminal(home, '/a')])[0]).toMatchObject({ claims: [], fresh: false });
  });

  test('do not make a terminal of its own less fresh', () => {
    const home = agentHome();
    daemon(home, rollout(home, one, { cwd: '/a' }));
    const alone = { ...terminal(home, '/a'), argv: ['codex', '--no-daemon'] };
    expect(readings(home, [alone])[0]).toMatchObject({ claims: [], fresh: true });
  });

  test('leave a terminal fresh as long as there are none', () => {
    const home = agentHome();
    daemon(home);
    expect(readings(home, [terminal(home, '/a')])[0]).toMatchObject({ claims: [], fresh: true });
  });

  test('are not looked for in a process that only has the pid of the server', () => {
    const home = agentHome();
    const pid = daemon(home, rollout(home, one, { cwd: '/a' }));
    home.write('.codex/app-server-daemon/daemon.pid', JSON.stringify({ pid, processIdentity: { startTicks: 1 } }));
    expect(readings(home, [terminal(home, '/a')])[0]).toMatchObject({ claims: [], fresh: true });
  });
});

/** A background server that holds files open, and has written down who it is. */
function daemon(home: AgentHome, ...held: readonly string[]): number {
  const pid = holderOf(...held);
  const record = { pid, processIdentity: { bootId: 'b', startTicks: Number(startTimeOf(pid)) } };
  home.write('.codex/app-server-daemon/daemon.pid', JSON.stringify(record));
  return pid;
}

/** A terminal that holds nothing itself, started some seconds after the first. */
function terminal(home: AgentHome, cwd: string, seconds = 0): AgentProcess {
  return processIn(home, ['codex'], { pid: holderOf(), cwd, startedAtMs: startedAtMs + seconds * 1000 });
}

function readings({ files }: AgentHome, terminals: readonly AgentProcess[]): readonly AgentReading[] {
  const all = codex.readConversations(terminals, files);
  return terminals.flatMap((each) => all.get(each) ?? []);
}

function idsOf(all: readonly AgentReading[]): readonly (string | null)[] {
  return all.map(({ claims }) => claims[0]?.id ?? null);
}
