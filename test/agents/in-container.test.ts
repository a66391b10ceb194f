import { expect, test } from 'vitest';
import { agents } from '../../src/agents/agents.ts';
import { agentInContainer } from '../../src/agents/in-container.ts';
import { processIn } from './agent-home.ts';

const home = { path: '/home/emo' };

test.each<[string, readonly string[], string | null]>([
  ['docker', ['docker', 'exec', '-it', 'box', 'claude', '--resume', 'x'], 'claude'],
  ['podman', ['podman', 'run', '-it', 'image', '/usr/local/bin/codex'], 'codex'],
  ['kubectl', ['kubectl', 'exec', '-it', 'pod', '--', 'gemini'], 'gemini'],
  ['docker', ['/bin/sh', '/usr/bin/docker', 'exec', 'box', 'pi'], 'pi'],
  ['docker', ['docker', 'exec', '-it', 'box', 'bash'], null],
  ['docker', ['docker', 'logs', 'claude-box'], null],
  ['vim', ['vim', 'claude'], null],
])('%s with %j runs %s', (comm, argv, agent) => {
  const contained = agentInContainer(processIn(home, argv, { comm }), agents);
  expect(contained?.agent.name ?? null).toBe(agent);
});

test('a client that hides its arguments runs nothing that can be told', () => {
  expect(agentInContainer({ ...processIn(home, ['docker']), comm: 'docker', argv: null }, agents)).toBeNull();
});
