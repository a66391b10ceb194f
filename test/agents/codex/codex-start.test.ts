import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { codex } from '../../../src/agents/codex/codex.ts';
import { agentHome, holderOf, launchIn } from '../agent-home.ts';
import { one, reading, resumable, rollout, two } from './codex-home.ts';

describe('starting a codex again', () => {
  test('resumes with the options of before, and without a prompt', () => {
    const home = agentHome();
    const argv = [
      'codex',
      '--search',
      '-s',
      'read-only',
      '-C',
      '/tmp',
      '-i',
      'a.png',
      '-c',
      'x.api_key="abc"',
      '--',
      'fix it',
    ];
    const { launch } = reading(home, { pid: holderOf(), argv });
    expect(launch).toMatchObject({
      executable: 'codex',
      args: ['--search', '-s', 'read-only'],
      droppedArgs: ['-C', '-i', '-c', 'prompt'],
      directory: '/tmp',
    });
    expect(codex.startCommand(launch, one)).toEqual(['codex', 'resume', one, '--search', '-s', 'read-only']);
    expect(codex.startCommand(launch, null)).toEqual(['codex', '--search', '-s', 'read-only']);
  });

  test('does not pile up what a resumed one was started with', () => {
    const home = agentHome();
    rollout(home, one);
    const first = codex.startCommand(launchIn(home, { executable: 'codex', args: ['--yolo'] }), one) ?? [];
    const { launch } = reading(home, { pid: holderOf(), argv: first });
    expect(launch.droppedArgs).toEqual([]);
    expect(codex.startCommand(launch, one)).toEqual(first);
  });

  test.each(['', '--yolo', '-x', '../../etc', `${one}\n`, one.toUpperCase(), '--last'])(
    'never with the id %j',
    (id) => {
      const home = agentHome();
      expect(codex.startCommand(launchIn(home), id)).toBeNull();
      expect(resumable(home, id)).toMatchObject({ kind: 'gone' });
    },
  );

  test.each([
    ['/home/emo/.codex/packages/standalone/releases/0.169.0/bin/codex', 'codex'],
    ['/usr/lib/node_modules/@openai/codex/vendor/codex', 'codex'],
    ['/no/such/codex', 'codex'],
  ])('by its name rather than by %s', (calledAs, executable) => {
    const home = agentHome();
    expect(reading(home, { pid: holderOf(), argv: [calledAs] }).launch.executable).toBe(executable);
  });

  test('by the path that the person typed, where it stays', () => {
    const home = agentHome();
    const path = home.write('opt/codex', '');
    expect(reading(home, { pid: holderOf(), argv: [path] }).launch.executable).toBe(path);
  });

  test('keeps an environment of absolute paths only', () => {
    const home = agentHome();
    const variables = { CODEX_HOME: 'relative', OPENAI_API_KEY: 'abc' };
    expect(reading(home, { pid: holderOf(), variables }).launch.env).toEqual({});
  });

  test('is possible as long as the rollout file of its day is there', () => {
    const home = agentHome();
    const path = rollout(home, one);
    expect(resumable(home, one)).toEqual({ kind: 'resumable' });
    expect(resumable(home, two)).toMatchObject({ kind: 'gone' });
    rmSync(path);
    expect(resumable(home, one)).toEqual({ kind: 'gone', reason: 'its rollout file was removed' });
  });
});
