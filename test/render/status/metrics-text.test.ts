import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Metrics, UserMetrics } from '../../../src/core/report/status.ts';
import { renderMetricsText } from '../../../src/render/status/metrics-text.ts';
import { parseExposition, valueOf } from '../../support/exposition-format.ts';

const emo: UserMetrics = {
  user: 'emo',
  save: {
    lastGoodAt: '2026-11-20T14:05:00.250Z',
    failed: false,
    sessions: { live: 2, gone: { killed: 1, closed: 3 }, killedBy: { earlyoom: 1 } },
  },
  apply: {
    at: '2026-11-20T14:00:02.000Z',
    outcomes: { created: 2, 'created-without-conversation': 2, resumed: 0, 'already-live': 1, failed: 1, deferred: 0 },
  },
};
const neverSaved: UserMetrics = { user: 'new', save: null, apply: null };
const neverGood: UserMetrics = { user: 'hung', save: { lastGoodAt: null, failed: true, sessions: null }, apply: null };

describe('the metrics', () => {
  test('tell of each user when they were saved, what the record holds, and what was applied', () => {
    expect(renderMetricsText({ version: '0.1.0', users: [emo] })).toBe(
      `# HELP tmux_persist_build_info The version of tmux-persist that wrote these figures; always 1.
# TYPE tmux_persist_build_info gauge
tmux_persist_build_info{version="0.1.0"} 1
# HELP tmux_persist_last_good_save_timestamp_seconds When the record of a user was last written or found up to date; 0 while that never was.
# TYPE tmux_persist_last_good_save_timestamp_seconds gauge
tmux_persist_last_good_save_timestamp_seconds{user="emo"} 1795183500.25
# HELP tmux_persist_last_save_failed Whether the last save of a user recorded nothing: 1, or 0 after a good one.
# TYPE tmux_persist_last_save_failed gauge
tmux_persist_last_save_failed{user="emo"} 0
# HELP tmux_persist_sessions Sessions in the record of a user at the last good save, by state, and by cause where they are gone.
# TYPE tmux_persist_sessions gauge
tmux_persist_sessions{user="emo",state="live",cause=""} 2
tmux_persist_sessions{user="emo",state="gone",cause="reboot"} 0
tmux_persist_sessions{user="emo",state="gone",cause="server-died"} 0
tmux_persist_sessions{user="emo",state="gone",cause="killed"} 1
tmux_persist_sessions{user="emo",state="gone",cause="server-stopped"} 0
tmux_persist_sessions{user="emo",state="gone",cause="closed"} 3
tmux_persist_sessions{user="emo",state="gone",cause="forgotten"} 0
# HELP tmux_persist_killed_sessions Those of them that were killed for lack of memory, themselves or with their server, by who did it.
# TYPE tmux_persist_killed_sessions gauge
tmux_persist_killed_sessions{user="emo",by="own-limit"} 0
tmux_persist_killed_sessions{user="emo",by="server-limit"} 0
tmux_persist_killed_sessions{user="emo",by="user-limit"} 0
tmux_persist_killed_sessions{user="emo",by="limit"} 0
tmux_persist_killed_sessions{user="emo",by="host"} 0
tmux_persist_killed_sessions{user="emo",by="earlyoom"} 1
tmux_persist_killed_sessions{user="emo",by="systemd-oomd"} 0
tmux_persist_killed_sessions{user="emo",by="nohang"} 0
tmux_persist_killed_sessions{user="emo",by="unknown"} 0
# HELP tmux_persist_last_apply_timestamp_seconds When apply or restore last acted for a user, or found nothing to do.
# TYPE tmux_persist_last_apply_timestamp_seconds gauge
tmux_persist_last_apply_timestamp_seconds{user="emo"} 1795183202
# HELP tmux_persist_last_apply_outcomes Sessions of a user by what the last apply or restore came to.
# TYPE tmux_persist_last_apply_outcomes gauge
tmux_persist_last_apply_outcomes{user="emo",outcome="created"} 2
tmux_persist_last_apply_outcomes{user="emo",outcome="created-without-conversation"} 2
tmux_persist_last_apply_outcomes{user="emo",outcome="resumed"} 0
tmux_persist_last_apply_outcomes{user="emo",outcome="already-live"} 1
tmux_persist_last_apply_outcomes{user="emo",outcome="failed"} 1
tmux_persist_last_apply_outcomes{user="emo",outcome="deferred"} 0
`,
    );
  });

  test('say nothing of a user who was never looked at, and 0 of one for whom no save was ever good', () => {
    const text = renderMetricsText({ version: '0.1.0', users: [neverSaved, neverGood] });
    expect(text).not.toContain('user="new"');
    expect(parseExposition(text).filter(({ labels }) => labels['user'] === 'hung')).toEqual([
      { metric: 'tmux_persist_last_good_save_timestamp_seconds', labels: { user: 'hung' }, value: 0 },
      { metric: 'tmux_persist_last_save_failed', labels: { user: 'hung' }, value: 1 },
    ]);
  });

  test('do not tell who killed what where an earlier version counted', () => {
    const save = { lastGoodAt: null, failed: false, sessions: { live: 2, gone: { killed: 1 } } };
    const text = renderMetricsText({ version: '0.1.0', users: [{ user: 'emo', save, apply: null }] });
    expect(valueOf(text, 'tmux_persist_sessions', { user: 'emo', state: 'gone', cause: 'killed' })).toBe(1);
    expect(text).not.toContain('killed_sessions');
  });

  test('leave out a metric that nobody has a figure of', () => {
    expect(renderMetricsText({ version: '0.1.0', users: [neverSaved] })).not.toContain('sessions');
  });

  test('are the same bytes whatever the order of the roster is', () => {
    const anca = { ...emo, user: 'anca' };
    const users = [neverGood, emo, anca, neverSaved];
    const text = renderMetricsText({ version: '0.1.0', users });
    expect(renderMetricsText({ version: '0.1.0', users: users.toReversed() })).toBe(text);
    const order = parseExposition(text).flatMap(({ metric, labels }) =>
      metric === 'tmux_persist_last_save_failed' ? labels['user'] : [],
    );
    expect(order).toEqual(['anca', 'emo', 'hung']);
  });

  test.each([
    'a"b',
    String.raw`a\b`,
    'a\nb',
    String.raw`a\n"b`,
    'grüße 🌊',
    'a,b="c"} 7',
    '',
    '#',
    String.raw`ends in \ `,
  ])('give back the label value %j as it was', (user) => {
    const text = renderMetricsText({ version: user, users: [{ ...emo, user }] });
    expect(valueOf(text, 'tmux_persist_build_info', { version: user })).toBe(1);
    expect(valueOf(text, 'tmux_persist_sessions', { user, state: 'gone', cause: 'closed' })).toBe(3);
  });

  test('are in the text format whatever the figures and names are', () => {
    const count = fc.nat();
    const time = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') });
    const user = fc.record({
      user: fc.string({ unit: 'binary' }),
      save: fc.option(
        fc.record({
          lastGoodAt: fc.option(time.map((date) => date.toISOString())),
          failed: fc.boolean(),
          sessions: fc.option(
            fc.record({ live: count, gone: fc.record({ killed: count, closed: count }, { requiredKeys: [] }) }),
          ),
        }),
      ),
      apply: fc.option(
        fc.record({
          at: time.map((date) => date.toISOString()),
          outcomes: fc.record({
            created: count,
            'created-without-conversation': count,
            resumed: count,
            'already-live': count,
            failed: count,
            deferred: count,
          }),
        }),
      ),
    });
    const metrics = fc.record({ version: fc.string(), users: fc.uniqueArray(user, { selector: (one) => one.user }) });
    fc.assert(
      fc.property(metrics, (figures: Metrics) => {
        const series = parseExposition(renderMetricsText(figures));
        const named = series.filter(({ metric }) => metric === 'tmux_persist_last_apply_timestamp_seconds');
        const applied = figures.users.flatMap(({ user: name, apply }) => (apply === null ? [] : [name]));
        expect(named.flatMap(({ labels }) => labels['user'] ?? []).toSorted()).toEqual(applied.toSorted());
      }),
    );
  });
});

describe('the parser of the text format that these tests rest on', () => {
  const head = '# HELP m some words\n# TYPE m gauge\n';

  test.each([
    `${head}m{a="b"} 1`,
    'm{a="b"} 1\n',
    '# TYPE m gauge\nm{a="b"} 1\n',
    '# HELP m some words\nm{a="b"} 1\n',
    `${head}${head}m{a="b"} 1\n`,
    `${head}m{a="b"} 1\nm{a="b"} 2\n`,
    `${head}m{a="b",a="c"} 1\n`,
    `${head}m{a="b",} 1\n`,
    `${head}m{a="b"c="d"} 1\n`,
    `${head}m{a="b" } 1\n`,
    `${head}m{1a="b"} 1\n`,
    `${head}m{a="b"} one\n`,
    `${head}m{a="b"}  1\n`,
    `${head}m{a="\\t"} 1\n`,
    `${head}m{a="b\nc"} 1\n`,
    `${head}n{a="b"} 1\n`,
    `${head}\nm{a="b"} 1\n`,
    `${head}m{a="b"} 1\n# HELP n w\n# TYPE n gauge\nm{a="c"} 1\n`,
  ])('refuses %j', (text) => {
    expect(() => parseExposition(text)).toThrow(/./);
  });

  test('reads what is right', () => {
    expect(parseExposition(`${head}m{a="b\\\\\\n\\"",c=""} 1.5e3\nm{a="c"} -2\n`)).toEqual([
      { metric: 'm', labels: { a: 'b\\\n"', c: '' }, value: 1500 },
      { metric: 'm', labels: { a: 'c' }, value: -2 },
    ]);
  });
});
