/** One time series of a metrics file. */
export interface Series {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const name = String.raw`[a-zA-Z_:][a-zA-Z0-9_:]*`;
const labelPattern = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y;

/**
 * Parses the Prometheus text format 0.0.4 and throws for whatever the format, or a careful reader, does not allow: a sample
 * without HELP and TYPE just before its metric, a metric in two places, a series twice, an escape that there is not.
 */
export function parseExposition(text: string): readonly Series[] {
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line does not end in a line feed');
  const series: Series[] = [];
  const seen = new Set<string>();
  let helped = '';
  let typed = '';
  for (const line of text.split('\n').slice(0, -1)) {
    const help = new RegExp(String.raw`^# HELP (${name}) (?:[^\\]|\\[\\n])+$`).exec(line)?.[1];
    const type = new RegExp(`^# TYPE (${name}) gauge$`).exec(line)?.[1];
    if (help !== undefined) {
      once(seen, `HELP ${help}`, line);
      helped = help;
    } else if (type !== undefined) {
      if (type !== helped) throw new Error(`not just after its HELP: ${line}`);
      once(seen, `TYPE ${type}`, line);
      typed = type;
    } else {
      const sample = parseSample(line);
      if (sample.metric !== typed || typed !== helped) throw new Error(`not just after its HELP and TYPE: ${line}`);
      once(seen, `${sample.metric} ${keyOf(sample.labels)}`, line);
      series.push(sample);
    }
  }
  return series;
}

/** The value of the one series with exactly these labels; null when there is none. */
export function valueOf(text: string, metric: string, labels: Readonly<Record<string, string>>): number | null {
  const wanted = keyOf(labels);
  const found = parseExposition(text).find((one) => one.metric === metric && keyOf(one.labels) === wanted);
  return found?.value ?? null;
}

function parseSample(line: string): Series {
  const found = new RegExp(String.raw`^(${name})\{([^]*)\} (\S+)$`).exec(line);
  if (found === null) throw new Error(`neither a comment that is known nor a sample: ${line}`);
  const [, metric = '', labels = '', value = ''] = found;
  if (!/^[+-]?(\d+(\.\d+)?([eE][+-]?\d+)?|Inf|NaN)$/.test(value)) throw new Error(`not a value: ${line}`);
  return { metric, labels: parseLabels(labels, line), value: Number(value) };
}

function parseLabels(text: string, line: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  labelPattern.lastIndex = 0;
  while (labelPattern.lastIndex < text.length) {
    const label = labelPattern.exec(text);
    if (label === null) throw new Error(`not labels: ${line}`);
    const [, key = '', value = ''] = label;
    if (Object.hasOwn(labels, key)) throw new Error(`a label twice: ${line}`);
    labels[key] = value.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  }
  if (text.endsWith(',')) throw new Error(`a comma too many: ${line}`);
  return labels;
}

function once(seen: Set<string>, key: string, line: string): void {
  if (seen.has(key)) throw new Error(`a second time: ${line}`);
  seen.add(key);
}

function keyOf(labels: Series['labels']): string {
  return Object.entries(labels)
    .map((label) => JSON.stringify(label))
    .toSorted()
    .join();
}
