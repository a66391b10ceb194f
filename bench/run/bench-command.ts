import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { describeMachine } from '../report/describe-machine.ts';
import { reportText } from '../report/report-text.ts';
import type { Results } from '../report/results.ts';
import { buildScene, type Scene, type SceneSpec } from '../scene/scene.ts';
import { help, parseBenchOptions, type BenchOptions, type Size } from './bench-options.ts';
import { measureRestores } from './measure-restores.ts';
import { measureSaves } from './measure-saves.ts';
import { measureStarts } from './measure-starts.ts';
import { measureWatch } from './measure-watch.ts';

const project = dirname(import.meta.dirname);

/** Where the targets are set. */
const targetSize: Size = { users: 10, sessions: 20 };

/** Measures all that is asked for, and writes the report. */
export async function main(words: readonly string[]): Promise<void> {
  const options = optionsOf(words);
  if (options === null) return;
  if (process.getuid?.() !== 0) return refuse('creating Unix users needs root: use sudo');
  const machine = describeMachine();
  const parts: Results[] = [];
  for (const size of options.onlyWatch ? [] : options.sizes) {
    parts.push(
      await inScene({ ...size, agents: true }, async (scene) => {
        const saves = await measureSaves(scene, options);
        return isTarget(size) ? together([saves, await measureStarts(scene, options)]) : saves;
      }),
    );
    if (!isTarget(size)) continue;
    parts.push(
      await inScene({ ...size, agents: false }, async (scene) =>
        together([await measureSaves(scene, options), await measureRestores(scene, options)]),
      ),
    );
    if (options.full) parts.push(await inScene({ ...size, agents: true }, (scene) => measureRestores(scene, options)));
  }
  if (options.onlyWatch || options.sizes.some(isTarget)) {
    for (const agents of [false, true]) {
      parts.push(await inScene({ ...targetSize, agents }, (scene) => watchOf(scene, options)));
    }
  }
  writeFileSync(options.output, reportText(together(parts), { machine, options }));
  // The one gate checks the format of every text in the project.
  execFileSync(join(project, 'node_modules/.bin/prettier'), ['--write', options.output], {
    cwd: project,
    stdio: 'ignore',
  });
  process.stderr.write(`bench: written to ${options.output}\n`);
}

function optionsOf(words: readonly string[]): BenchOptions | null {
  try {
    const options = parseBenchOptions(words, project);
    if (options !== 'help') return options;
    process.stdout.write(help);
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error));
  }
  return null;
}

function refuse(reason: string): void {
  process.stderr.write(`bench: ${reason}\n`);
  process.exitCode = 2;
}

async function inScene(spec: SceneSpec, work: (scene: Scene) => Promise<Results>): Promise<Results> {
  const scene = await buildScene(spec);
  try {
    return await work(scene);
  } finally {
    await scene.remove();
  }
}

async function watchOf(scene: Scene, { builds: [build], rounds }: BenchOptions): Promise<Results> {
  return { works: [], facts: [], watches: [await measureWatch(scene, build, rounds)] };
}

function isTarget({ users, sessions }: Size): boolean {
  return users === targetSize.users && sessions === targetSize.sessions;
}

function together(parts: readonly Results[]): Results {
  return {
    works: parts.flatMap(({ works }) => works),
    facts: parts.flatMap(({ facts }) => facts),
    watches: parts.flatMap(({ watches }) => watches),
  };
}
