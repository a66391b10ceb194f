import type { Diagnostic } from '../core/diagnostic.ts';
import { isUpToDate, type SaveResult } from '../core/save-result.ts';
import { formatVersion } from './json-text.ts';

export interface SaveReport {
  readonly host: string;
  readonly createdAt: string;
  readonly results: readonly SaveResult[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The JSON document of a save. */
export function saveDocument({ host, createdAt, results, diagnostics }: SaveReport) {
  const count = (result: SaveResult['result']): number => results.filter((one) => one.result === result).length;
  return {
    formatVersion,
    kind: 'save' as const,
    host,
    createdAt,
    users: results,
    diagnostics,
    summary: {
      saved: count('saved'),
      unchanged: count('unchanged'),
      unknown: count('unknown'),
      failed: count('failed'),
      busy: count('busy'),
      noAccount: count('no-account'),
    },
    complete: results.every(isUpToDate),
  };
}
