// Writes the manual pages in man/ and docs/commands.md, from the table of commands and the schema of the roster.
// Usage: node scripts/generate-manuals.mjs [--check]     with --check it only fails where a page is not as it would be
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { format, resolveConfig } from 'prettier';
import { importSources } from './import-sources.mjs';

process.chdir(new URL('..', import.meta.url).pathname);
const made = await importSources(
  `
  export { commands } from './src/cli/commands.ts';
  export { contractCommands } from './src/cli/contract-commands.ts';
  export { commandsManual } from './src/cli/manual/commands-manual.ts';
  export { commandsReference } from './src/cli/manual/commands-reference.ts';
  export { rosterManual } from './src/cli/manual/roster-manual.ts';
  export { webManual } from './src/cli/manual/web-manual.ts';`,
  // Only the table is needed, not the code of the commands.
  [
    {
      name: 'no-commands',
      setup: (builder) => builder.onResolve({ filter: /-command\.ts$/ }, () => ({ path: 'none', external: true })),
    },
  ],
);
const { commands, contractCommands, commandsManual, commandsReference, rosterManual, webManual } = made;

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const pages = {
  'man/tmux-persist.1': commandsManual(commands, contractCommands, version),
  'man/tmux-persist-roster.5': rosterManual(
    JSON.parse(readFileSync('schemas/roster.schema.json', 'utf8')),
    readFileSync('roster.example.yaml', 'utf8'),
    version,
  ),
  'man/tmux-persist-web.8': webManual(commands, version),
  'docs/commands.md': await format(commandsReference(commands, contractCommands), {
    ...(await resolveConfig('docs/commands.md')),
    parser: 'markdown',
    proseWrap: 'always',
  }),
};
mkdirSync('man', { recursive: true });
for (const [path, text] of Object.entries(pages)) {
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (textOf(path) !== text) {
    process.stderr.write(`${path} is not what the sources give: npm run generate\n`);
    process.exitCode = 1;
  }
}

function textOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
