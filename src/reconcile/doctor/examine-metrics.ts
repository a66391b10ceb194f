import { lstatSync, statSync } from 'node:fs';
import type { Finding } from '../../core/finding.ts';
import { shellQuote } from '../../core/shell-quote.ts';
import { metricsDirectory, metricsPath } from '../../state/state-paths.ts';
import { quietly } from '../../system/quietly.ts';
import type { Context } from '../context.ts';

const subject = 'metrics';

/** Says where the metrics are, and whether something keeps them from being written. */
export function examineMetrics({ stateDirectory }: Context): Finding {
  const path = metricsPath(stateDirectory);
  const directory = quietly(() => lstatSync(metricsDirectory(stateDirectory), { throwIfNoEntry: false })) ?? null;
  const file = quietly(() => statSync(path, { throwIfNoEntry: false })) ?? null;
  if (directory !== null && !directory.isDirectory()) return inTheWay(metricsDirectory(stateDirectory));
  if (file !== null && !file.isFile()) return inTheWay(path);
  const message = file === null ? `${path}, which the next save writes` : path;
  return { severity: 'ok', subject, message, mend: null };
}

function inTheWay(path: string): Finding {
  const message = `cannot be written: ${path} is in the way`;
  return { severity: 'warning', subject, message, mend: `mv -T ${shellQuote(path)} ${shellQuote(`${path}.old`)}` };
}
