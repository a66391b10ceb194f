import { causes } from '../core/cause.ts';
import { compareText } from '../core/compare-text.ts';
import type { Metrics, UserMetrics } from '../core/metrics.ts';
import { outcomeKinds } from '../core/outcome.ts';

/** Renders metrics in the Prometheus text format 0.0.4, users by name; the same figures give the same bytes. */
export function renderMetricsText({ version, users }: Metrics): string {
  const sorted = users.toSorted((a, b) => compareText(a.user, b.user));
  return [
    gauge('build_info', 'The version of tmux-persist that wrote these figures; always 1.', [[{ version }, 1]]),
    gauge(
      'last_good_save_timestamp_seconds',
      'When the record of a user was last written or found up to date; 0 while that never was.',
      sorted.flatMap(({ user, save }) => (save === null ? [] : [[{ user }, secondsOf(save.lastGoodAt)]])),
    ),
    gauge(
      'last_save_failed',
      'Whether the last save of a user recorded nothing: 1, or 0 after a good one.',
      sorted.flatMap(({ user, save }) => (save === null ? [] : [[{ user }, save.failed ? 1 : 0]])),
    ),
    gauge(
      'sessions',
      'Sessions in the record of a user at the last good save, by state, and by cause where they are gone.',
      sorted.flatMap(sessionSamples),
    ),
    gauge(
      'last_apply_timestamp_seconds',
      'When apply or restore last acted for a user, or found nothing to do.',
      sorted.flatMap(({ user, apply }) => (apply === null ? [] : [[{ user }, secondsOf(apply.at)]])),
    ),
    gauge(
      'last_apply_outcomes',
      'Sessions of a user by what the last apply or restore came to.',
      sorted.flatMap(outcomeSamples),
    ),
  ].join('');
}

type Sample = readonly [Readonly<Record<string, string>>, number];

/** Every cause, because a series that comes and goes is hard to alert on. */
function sessionSamples({ user, save }: UserMetrics): readonly Sample[] {
  const sessions = save?.sessions ?? null;
  if (sessions === null) return [];
  return [
    [{ user, state: 'live', cause: '' }, sessions.live],
    ...causes.map((cause): Sample => [{ user, state: 'gone', cause }, sessions.gone[cause] ?? 0]),
  ];
}

function outcomeSamples({ user, apply }: UserMetrics): readonly Sample[] {
  if (apply === null) return [];
  return outcomeKinds.map((outcome): Sample => [{ user, outcome }, apply.outcomes[outcome]]);
}

function gauge(name: string, help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return '';
  const metric = `tmux_persist_${name}`;
  const lines = samples.map(([labels, value]) => `${metric}{${labelText(labels)}} ${value}\n`);
  return [`# HELP ${metric} ${help}\n`, `# TYPE ${metric} gauge\n`, ...lines].join('');
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replaceAll(/["\\\n]/g, escaped)}"`)
    .join(',');
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/: these three, and nothing else. */
function escaped(character: string): string {
  return character === '\n' ? String.raw`\n` : `\\${character}`;
}

function secondsOf(time: string | null): number {
  return time === null ? 0 : Date.parse(time) / 1000;
}
