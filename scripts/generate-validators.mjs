// Compiles schemas/*.schema.json into self-contained validators, so that the program starts without loading ajv.
// Git holds only their declarations; --check compares those.
// Usage: node scripts/generate-validators.mjs [--check]
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import standaloneModule from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';

const validators = [
  {
    schema: 'schemas/roster.schema.json',
    module: 'src/roster/validate-roster.gen.js',
    validator: 'validateRoster',
    documentType: 'RosterDocument',
    documentFile: './roster-from.ts',
    fillsDefaults: false,
  },
  {
    schema: 'schemas/manifest.schema.json',
    module: 'src/state/validate-snapshot.gen.js',
    validator: 'validateSnapshot',
    documentType: 'SnapshotDocument',
    documentFile: './snapshot-document.ts',
    fillsDefaults: true,
  },
];

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const standaloneCode = standaloneModule.default;
const checkOnly = process.argv.includes('--check');
let staleCount = 0;

for (const entry of validators) {
  if (!existsSync(join(root, entry.schema))) continue;
  const code = await selfContained(entry, validatorCode(entry));
  await importOnce(entry, code);
  if (!checkOnly) settle(entry.module, code);
  settle(entry.module.replace(/\.js$/, '.d.ts'), declaration(entry));
}
process.exitCode = staleCount > 0 ? 1 : 0;

function validatorCode(entry) {
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    allowUnionTypes: true,
    // The validator adds defaults for fields that an older or a hand-written record lacks. So the program sees only
    // complete records.
    useDefaults: entry.fillsDefaults,
    code: { standalone: true, source: true, esm: true, lines: true },
  });
  ajv.addSchema(JSON.parse(readFileSync(join(root, entry.schema), 'utf8')), entry.schema);
  return standaloneCode(ajv, { [entry.validator]: entry.schema });
}

// ajv 8.20 still writes require() calls with `esm: true` (string lengths, uniqueItems). Bundling resolves them.
async function selfContained(entry, code) {
  const result = await build({
    stdin: { contents: code, resolveDir: root, sourcefile: basename(entry.module) },
    absWorkingDir: root,
    bundle: true,
    // esbuild writes the paths of modules into its output, and a linked node_modules must not change them.
    preserveSymlinks: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    target: 'node20',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
    banner: { js: `// Generated from ${entry.schema} by scripts/generate-validators.mjs. Do not edit.` },
  });
  return result.outputFiles[0].text;
}

async function importOnce(entry, code) {
  const imported = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
  const validate = imported[entry.validator];
  if (typeof validate !== 'function') throw new Error(`${entry.module} does not export ${entry.validator}`);
  if (validate(0) || validate.errors.length === 0) throw new Error(`${entry.validator} accepts the number 0`);
}

function declaration(entry) {
  return `// Generated from ${entry.schema} by scripts/generate-validators.mjs. Do not edit.
import type { SchemaViolation } from '../core/diagnostic.ts';
import type { ${entry.documentType} } from '${entry.documentFile}';

export declare const ${entry.validator}: {
  (value: unknown): value is ${entry.documentType};
  /** The errors of the last call; null when it found none. */
  readonly errors?: readonly SchemaViolation[] | null;
};
`;
}

/** Writes the file even when its content is the same, because its time must not be older than its schema's. */
function settle(file, content) {
  const path = join(root, file);
  if (!checkOnly) {
    writeFileSync(path, content);
    return;
  }
  if (existsSync(path) && readFileSync(path, 'utf8') === content) return;
  staleCount += 1;
  console.error(`${file} is out of date; run: node scripts/generate-validators.mjs`);
}
