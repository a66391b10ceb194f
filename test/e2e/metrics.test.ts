import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseExposition, valueOf } from '../support/exposition-format.ts';
import { sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { storedHeartbeat } from '../support/stored-record.ts';

describe('the metrics after a save', () => {
  test('say when it was, and what the record holds', () => {
    const box = withSavedSessions();
    expect(parseExposition(metricsOf(box)).map(({ metric }) => metric)).toContain('tmux_persist_build_info');
    expect(figure(box, 'last_good_save_timestamp_seconds')).toBe(Date.parse(storedHeartbeat(box).time) / 1000);
    expect(figure(box, 'last_save_failed')).toBe(0);
    expect(sessions(box)).toEqual({ live: 2, gone: 0 });
  });

  test('count a session that was closed by its cause, and one that was forgotten', () => {
    const box = withSavedSessions();
    box.tmux('kill-session', '-t', '=work');
    box.persist('save');
    expect(sessions(box)).toEqual({ live: 1, gone: 1 });
    expect(figure(box, 'sessions', { state: 'gone', cause: 'closed' })).toBe(1);
    expect(box.persist('forget', box.user, 'work').exitCode).toBe(0);
    expect(figure(box, 'sessions', { state: 'gone', cause: 'closed' })).toBe(0);
    expect(figure(box, 'sessions', { state: 'gone', cause: 'forgotten' })).toBe(1);
  });

  test('that recorded nothing keep the time of the last good one, and say that it failed', () => {
    const box = withSavedSessions();
    const goodAt = figure(box, 'last_good_save_timestamp_seconds');
    rmSync(box.socketPath);
    expect(box.persist('save').exitCode).toBe(4);
    expect(figure(box, 'last_save_failed')).toBe(1);
    expect(figure(box, 'last_good_save_timestamp_seconds')).toBe(goodAt);
    expect(sessions(box)).toEqual({ live: 2, gone: 0 });
    process.kill(box.serverPid(), 'SIGUSR1');
    expect.soft(box.persist('save').exitCode).toBe(0);
    expect(figure(box, 'last_save_failed')).toBe(0);
  });
});

describe('the metrics after an apply', () => {
  test('say what it came to, and what the record holds then', () => {
    const box = withSavedSessions();
    expect(metricsOf(box)).not.toContain('last_apply');
    box.killServer();
    expect(box.persist('apply').exitCode).toBe(0);
    expect(outcomes(box)).toEqual({
      created: 2,
      'created-without-conversation': 0,
      resumed: 0,
      'already-live': 0,
      failed: 0,
      deferred: 0,
    });
    expect(sessions(box)).toEqual({ live: 2, gone: 0 });
    const ageSeconds = Date.now() / 1000 - (figure(box, 'last_apply_timestamp_seconds') ?? 0);
    expect(ageSeconds).toBeLessThan(60);
  });

  test('are of the last one, also where it found nothing to do', () => {
    const box = withSavedSessions();
    box.killServer();
    box.persist('restore');
    box.persist('apply');
    expect(outcomes(box)).toEqual({
      created: 0,
      'created-without-conversation': 0,
      resumed: 0,
      'already-live': 2,
      failed: 0,
      deferred: 0,
    });
    box.persist('save');
    expect(outcomes(box)).toMatchObject({ 'already-live': 2 });
  });

  test('count what failed', () => {
    const box = withSavedSessions();
    box.killServer();
    writeFileSync(join(box.home, '.tmux.conf'), 'kill-server\n');
    expect(box.persist('apply').exitCode).toBe(1);
    expect(outcomes(box)).toMatchObject({ created: 0, failed: 2 });
    expect(figure(box, 'sessions', { state: 'gone', cause: 'server-died' })).toBe(2);
  });
});

describe('metrics that cannot be written', () => {
  test('make no run fail: that is a warning, in the JSON too', () => {
    const box = withSavedSessions();
    rmSync(join(box.stateDirectory, 'metrics'), { recursive: true });
    writeFileSync(join(box.stateDirectory, 'metrics'), 'in the way');
    box.tmux('kill-session', '-t', '=work');
    const warning = /^tmux-persist: warning: cannot create directory .*\/metrics: /m;
    for (const args of [['save'], ['apply'], ['restore', box.user], ['forget', box.user, 'work']]) {
      const result = box.persist(...args);
      expect(result.exitCode).toBe(0);
      expect(result.stderr).toMatch(warning);
    }
    const { exitCode, stdout } = box.persist('save', '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      complete: true,
      diagnostics: [{ severity: 'warning', code: 'metrics-not-written', user: null }],
    });
  });

  test('because an outcome cannot be kept do not keep apply from its work', () => {
    const box = withSavedSessions();
    box.killServer();
    mkdirSync(join(box.stateDirectory, 'users', box.user, 'last-apply.json'));
    const applied = box.persist('apply', '--json');
    expect(applied.exitCode).toBe(0);
    expect(JSON.parse(applied.stdout)).toMatchObject({
      summary: { created: 2 },
      diagnostics: [{ severity: 'warning', code: 'metrics-not-written' }],
    });
  });
});

describe('what only looks', () => {
  test('leaves the metrics as they are', () => {
    const box = withSavedSessions();
    const path = join(box.stateDirectory, 'metrics/tmux-persist.prom');
    const before = statSync(path).ino;
    for (const args of [['plan'], ['status'], ['doctor'], ['show', box.user], ['history']]) box.persist(...args);
    expect(statSync(path).ino).toBe(before);
  });
});

function withSavedSessions(): Sandbox {
  const box = sandbox();
  for (const name of ['notes', 'work']) box.tmux('new-session', '-d', '-s', name, '-c', box.home);
  expect(box.persist('save').exitCode).toBe(0);
  return box;
}

function metricsOf({ stateDirectory }: Sandbox): string {
  return readFileSync(join(stateDirectory, 'metrics/tmux-persist.prom'), 'utf8');
}

function figure(box: Sandbox, name: string, labels: Readonly<Record<string, string>> = {}): number | null {
  return valueOf(metricsOf(box), `tmux_persist_${name}`, { user: box.user, ...labels });
}

function sessions(box: Sandbox): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { metric, labels, value } of parseExposition(metricsOf(box))) {
    const { state = '' } = labels;
    if (metric === 'tmux_persist_sessions') sums[state] = (sums[state] ?? 0) + value;
  }
  return sums;
}

function outcomes(box: Sandbox): Readonly<Record<string, number>> {
  const series = parseExposition(metricsOf(box)).filter(({ metric }) => metric === 'tmux_persist_last_apply_outcomes');
  return Object.fromEntries(series.map(({ labels, value }) => [labels['outcome'] ?? '', value]));
}
