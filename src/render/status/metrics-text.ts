import { causes } from '../../core/manifest.ts';
import { outcomeKinds } from '../../core/plan/outcome.ts';
import { killedBy, type Metrics, type UserMetrics } from '../../core/report/status.ts';
import { compareText } from '../../core/text.ts';

/** Renders metrics in the Prometheus text format 0.0.4, sorted by user. The same figures give the same bytes. */
export function renderMetricsText({ version, users }: Metrics): string {
  const sorted = users.toSorted((a, b) => compareText(a.user, b.user));
  return [
    gauge('build_info', 'The version of tmux-persist that wrote these figures; always 1.', [
      `{version=${quoted(version)}} 1`,
    ]),
    gauge(
      'last_good_save_timestamp_seconds',
      'When the record of a user was last written or found up to date; 0 while that never was.',
      sorted.flatMap(({ user, save }) => (save === null ? [] : `{${labelOf(user)}} ${secondsOf(save.lastGoodAt)}`)),
    ),
    gauge(
      'last_save_failed',
      'Whether the last save of a user recorded nothing: 1, or 0 after a good one.',
      sorted.flatMap(({ user, save }) => (save === null ? [] : `{${labelOf(user)}} ${save.failed ? 1 : 0}`)),
    ),
    gauge(
      'sessions',
      'Sessions in the record of a user at the last good save, by state, and by cause where they are gone.',
      sorted.flatMap(sessionSamples),
    ),
    gauge(
      'killed_sessions',
      'Those of them that were killed for lack of memory, themselves or with their server, by who did it.',
      sorted.flatMap(killedSamples),
    ),
    gauge(
      'last_apply_timestamp_seconds',
      'When apply or restore last acted for a user, or found nothing to do.',
      sorted.flatMap(({ user, apply }) => (apply === null ? [] : `{${labelOf(user)}} ${secondsOf(apply.at)}`)),
    ),
    gauge(
      'last_apply_outcomes',
      'Sessions of a user by what the last apply or restore came to.',
      sorted.flatMap(outcomeSamples),
    ),
  ].join('');
}

/** Includes every cause, because alerts on a series that appears and disappears are difficult. */
function sessionSamples({ user, save }: UserMetrics): readonly string[] {
  const sessions = save?.sessions ?? null;
  if (sessions === null) return [];
  const label = labelOf(user);
  const gone = causes.map((cause) => `{${label},state="gone",cause="${cause}"} ${sessions.gone[cause] ?? 0}`);
  return [`{${label},state="live",cause=""} ${sessions.live}`, ...gone];
}

/** Includes everybody who kills, for the same reason. Nothing where an earlier version counted. */
function killedSamples({ user, save }: UserMetrics): readonly string[] {
  const killed = save?.sessions?.killedBy;
  return killed === undefined ? [] : killedBy.map((by) => `{${labelOf(user)},by="${by}"} ${killed[by] ?? 0}`);
}

function outcomeSamples({ user, apply }: UserMetrics): readonly string[] {
  if (apply === null) return [];
  const label = labelOf(user);
  return outcomeKinds.map((outcome) => `{${label},outcome="${outcome}"} ${apply.outcomes[outcome]}`);
}

/** One metric with its lines, each given without the metric's name; empty without lines. */
function gauge(name: string, help: string, samples: readonly string[]): string {
  if (samples.length === 0) return '';
  const metric = `tmux_persist_${name}`;
  return `# HELP ${metric} ${help}\n# TYPE ${metric} gauge\n${metric}${samples.join(`\n${metric}`)}\n`;
}

function labelOf(user: string): string {
  return `user=${quoted(user)}`;
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/: exactly three characters are escaped. */
function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

function secondsOf(time: string | null): number {
  return time === null ? 0 : Date.parse(time) / 1000;
}
