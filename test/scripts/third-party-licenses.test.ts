import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const repository = join(import.meta.dirname, '../..');

test('the notices of all packages that are bundled are shipped with the program', async () => {
  const { metafile } = await build({
    absWorkingDir: repository,
    entryPoints: ['src/bin.ts', 'src/program.ts', 'src/agents/read-agents.ts', 'src/web/client/main.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outdir: 'nowhere',
    write: false,
    metafile: true,
  });
  const inputs = Object.keys(metafile.inputs).flatMap(
    (path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
  );
  // Its code is in the generated validators.
  const directories = new Set([...inputs, 'node_modules/ajv']);
  expect(directories.size).toBeGreaterThan(40);

  const notices = readFileSync(join(repository, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8').split(
    `\n${'-'.repeat(80)}\n\n`,
  );

  for (const directory of directories) {
    const { name, version }: Record<string, string> = JSON.parse(
      readFileSync(join(repository, directory, 'package.json'), 'utf8'),
    );
    const license = readdirSync(join(repository, directory)).find((file) => /^licen[cs]e/i.test(file)) ?? 'LICENSE';
    const text = readFileSync(join(repository, directory, license), 'utf8').trim();
    expect(notices.filter((one) => one.startsWith(`${name} ${version} (`) && one.includes(text))).toHaveLength(1);
  }
  expect(notices).toHaveLength(directories.size + 1);
});
