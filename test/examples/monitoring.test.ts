import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { sandbox } from '../support/persist-sandbox.ts';

const examples = join(import.meta.dirname, '../../examples/monitoring');
const alerts: { groups: { rules: { expr: string }[] }[] } = parse(readFileSync(join(examples, 'alerts.yaml'), 'utf8'));
const dashboard: { panels: { targets: { expr: string }[] }[] } = JSON.parse(
  readFileSync(join(examples, 'dashboard.json'), 'utf8'),
);

test('the alerts and the dashboard ask for metrics, labels and outcomes that a save and an apply write', () => {
  const box = sandbox();
  box.tmux('new-session', '-d', '-s', 'notes');
  box.persist('save');
  box.killServer();
  box.persist('apply');
  const written = readFileSync(join(box.stateDirectory, 'metrics/tmux-persist.prom'), 'utf8');
  const queries = [
    ...alerts.groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ];
  expect(queries.length).toBeGreaterThan(8);
  for (const query of queries) {
    const names = query.match(/tmux_persist_\w+/g) ?? [];
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(written).toMatch(new RegExp(`^${name}[{ ]`, 'm'));
    for (const [, values = ''] of query.matchAll(/outcome=~"([^"]*)"/g)) {
      for (const value of values.split('|')) expect(written).toContain(`outcome="${value}"`);
    }
  }
});
