import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { groupBy } from '../../src/core/group-by.ts';

/** The longest of each project first, most of them a minute or more where all run. What runs in one of them is not told by its size. */
export const slowFiles = [
  'test/host/watch-of-tmux-versions.test.ts',
  'test/host/web.test.ts',
  'test/host/package.test.ts',
  'test/host/units.test.ts',
  'test/host/interrupted-apply.test.ts',
  'test/host/restore-user.test.ts',
  'test/host/installation.test.ts',
  'test/host/units-touched.test.ts',
  'test/host/predecessor.test.ts',
  'test/host/provisioner.test.ts',
  'test/host/watch.test.ts',
  'test/host/wiring-of-tmux-versions.test.ts',
  'test/host/boot-identity.test.ts',
  'test/host/lingering.test.ts',
  'test/host/boot.test.ts',
  'test/host/watch-and-boots.test.ts',
  'test/e2e/watch.test.ts',
  'test/e2e/hooks.test.ts',
  'test/e2e/causes.test.ts',
  'test/web/live.test.ts',
  'test/e2e/usage.test.ts',
  'test/e2e/agents-conversations.test.ts',
  'test/e2e/resume.test.ts',
  'test/e2e/conflict.test.ts',
  'test/e2e/roster-last-good.test.ts',
  'test/faults/long-life.test.ts',
  'test/faults/death.test.ts',
  'test/e2e-root/impostor-secrets.test.ts',
  'test/e2e-root/hung-home.test.ts',
  'test/e2e-root/untrusted-state.test.ts',
  'test/e2e-root/storm-of-runs.test.ts',
  'test/e2e-root/silent-agents.test.ts',
  'test/e2e-root/without-root.test.ts',
  'test/e2e-root/watch.test.ts',
  'test/e2e-root/roster-membership.test.ts',
] as const;

/** Begins with the slow files of each project. Begun last, one of them would run for minutes while the other workers wait. */
export class SlowFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is the method of a sequencer, and changes nothing
    const sorted = await super.sort(files);
    const ofProjects = groupBy(sorted, ({ project }) => project.name);
    return [...ofProjects.values()].flatMap((specs) => specs.toSorted((one, other) => rank(one) - rank(other)));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const at = slowFiles.findIndex((file) => moduleId.endsWith(`/${file}`));
  return at < 0 ? slowFiles.length : at;
}
