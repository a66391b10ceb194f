import { spawnSync } from 'node:child_process';
import { tmuxPersist } from '../contestants/tmux-persist.ts';
import type { planDocument } from '../../src/render/plan/plan-json.ts';
import type { Scene } from '../scene/scene.ts';
import type { BenchOptions } from './bench-options.ts';

/** Throws unless every build records every session with a conversation that is certain: else it would be fast by not looking. */
export function checkAgents(scene: Scene, { builds }: BenchOptions): void {
  const expected = scene.spec.users * scene.spec.sessions;
  for (const build of builds) {
    printedBy(scene, tmuxPersist(build, scene, 'save', '--quiet').argv);
    const plan: ReturnType<typeof planDocument> = JSON.parse(
      printedBy(scene, tmuxPersist(build, scene, 'plan', '--no-units', '--json').argv),
    );
    const sure = plan.users
      .flatMap(({ actions }) => actions)
      .filter(({ action, conversation }) => action === 'live' && conversation?.confidence === 'certain');
    if (sure.length !== expected)
      throw new Error(`${build.name} is certain of ${sure.length} agents, not of ${expected}`);
  }
}

function printedBy(scene: Scene, [file, ...args]: readonly [string, ...string[]]): string {
  const { status, stdout, stderr } = spawnSync(file, args, {
    cwd: '/',
    env: { ...scene.env },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}
