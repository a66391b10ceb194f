/** A part of a unified diff: each line has its sign (` `, `-`, `+`) in front. */
export interface Hunk {
  /** The first line of the part before and after, from 1; of an empty part the line before it. */
  readonly beforeStart: number;
  readonly afterStart: number;
  readonly lines: readonly string[];
}

// The library is loaded only when there is a difference to show.

/** The difference between two texts of a file, in the format of `diff -u`. */
export async function unifiedDiff(path: string, before: string, after: string): Promise<string> {
  const { createTwoFilesPatch } = await import('diff');
  const patch = createTwoFilesPatch(path, path, before, after, undefined, undefined, { context });
  return patch.replace(/^=+\n/, '');
}

/** The parts in which two lists of lines differ, with some lines around them; empty for equal lists. */
export async function hunksBetween(before: readonly string[], after: readonly string[]): Promise<readonly Hunk[]> {
  const { structuredPatch } = await import('diff');
  const options = { context, maxEditLength };
  const patch = structuredPatch('', '', textOf(before), textOf(after), undefined, undefined, options);
  if (patch === undefined) return [replacement(before, after)];
  return patch.hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => ({
    beforeStart: oldLines === 0 ? oldStart - 1 : oldStart,
    afterStart: newLines === 0 ? newStart - 1 : newStart,
    lines,
  }));
}

const context = 3;

/** The work grows with the square of the changes. Beyond this number everything counts as replaced. */
const maxEditLength = 2_000;

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function replacement(before: readonly string[], after: readonly string[]): Hunk {
  return {
    beforeStart: before.length === 0 ? 0 : 1,
    afterStart: after.length === 0 ? 0 : 1,
    lines: [...before.map((line) => `-${line}`), ...after.map((line) => `+${line}`)],
  };
}
