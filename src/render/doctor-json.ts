import type { Finding } from '../core/finding.ts';
import { formatVersion } from './json-text.ts';

/** The JSON document of what was found. */
export function doctorDocument(host: string, createdAt: string, findings: readonly Finding[]) {
  return { formatVersion, kind: 'doctor' as const, host, createdAt, findings };
}
