import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';

const directory = join(import.meta.dirname, '../../schemas');
const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
for (const name of readdirSync(directory)) {
  const schema: object = JSON.parse(readFileSync(join(directory, name), 'utf8'));
  ajv.addSchema(schema);
}

/** What breaches the schema of the kind that a printed document says it has; empty when nothing does. */
export function breachesOf(document: unknown): readonly string[] {
  const kind = kindOf(document);
  // Both print the same.
  const validate = ajv.getSchema(`${kind === 'restore' ? 'apply' : kind}.schema.json`);
  if (validate === undefined) return [`there is no schema of the kind ${kind}`];
  if (validate(document) === true) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function kindOf(document: unknown): string {
  return typeof document === 'object' && document !== null && 'kind' in document ? String(document.kind) : 'none';
}

/** What breaches the schema of a line of `--json=lines`; empty when nothing does. */
export function breachesOfLine(line: unknown): readonly string[] {
  const validate = ajv.getSchema('progress.schema.json');
  if (validate === undefined) return ['there is no schema of the lines'];
  return validate(line) === true ? [] : (validate.errors ?? []).map((one) => `${one.instancePath} ${one.message}`);
}
