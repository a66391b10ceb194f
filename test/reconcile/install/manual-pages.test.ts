import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { placeManualPages, removeManualPages } from '../../../src/reconcile/install/manual-pages.ts';
import { temporaryDirectory } from '../../system/temporary-directory.ts';

const program = join(import.meta.dirname, '../../..');
const pages = ['man1/tmux-persist.1', 'man5/tmux-persist-roster.5', 'man8/tmux-persist-web.8'];

describe('the manual pages of an installation', () => {
  test('are where man finds them, and everybody can read them whatever the umask is', () => {
    const before = process.umask(0o077);
    onTestFinished(() => void process.umask(before));
    const manuals = join(temporaryDirectory(), 'share/man');
    expect(placeManualPages(program, manuals)).toEqual([]);
    expect(filesIn(manuals)).toEqual(pages);
    expect(pages.map((page) => statSync(join(manuals, page)).mode & 0o777)).toEqual([0o644, 0o644, 0o644]);
    expect(statSync(join(manuals, 'man1')).mode & 0o777).toBe(0o755);
  });

  test.runIf(spawnSync('man', ['--version']).status === 0)(
    'are found by man where the directory of the command is on the PATH',
    () => {
      const home = temporaryDirectory();
      mkdirSync(join(home, '.local/bin'), { recursive: true });
      placeManualPages(program, join(home, '.local/share/man'));
      const env = { HOME: home, PATH: `${home}/.local/bin:/usr/bin:/bin` };
      const { stdout } = spawnSync('man', ['--where', 'tmux-persist'], { env, encoding: 'utf8' });
      expect(stdout).toBe(`${home}/.local/share/man/man1/tmux-persist.1\n`);
    },
  );

  test('are replaced by another version, and those of others stay', () => {
    const manuals = temporaryDirectory();
    placeManualPages(program, manuals);
    const [ours = '', theirs = ''] = pages.map((page) => join(manuals, page));
    writeFileSync(ours, `${readFileSync(ours, 'utf8')}.PP\nof an older version\n`);
    writeFileSync(theirs, '.TH THEIRS 5\n');
    expect(placeManualPages(program, manuals)).toEqual([
      `${theirs} is not ours and stays; ours: man -l ${program}/man/tmux-persist-roster.5`,
    ]);
    expect(readFileSync(ours, 'utf8')).not.toContain('older version');
    expect(readFileSync(theirs, 'utf8')).toBe('.TH THEIRS 5\n');
  });

  test('go away with the installation, and nothing else does', () => {
    const manuals = temporaryDirectory();
    placeManualPages(program, manuals);
    writeFileSync(join(manuals, 'man5/tmux-persist-roster.5'), '.TH THEIRS 5\n');
    writeFileSync(join(manuals, 'man8/other.8'), '.TH OTHER 8\n');
    symlinkSync('/nowhere', join(manuals, 'man8/tmux-persist-other.8'));
    expect(removeManualPages(manuals)).toEqual([join(manuals, pages[0] ?? ''), join(manuals, pages[2] ?? '')]);
    expect(filesIn(manuals)).toEqual(['man5/tmux-persist-roster.5', 'man8/other.8', 'man8/tmux-persist-other.8']);
    expect(readdirSync(manuals)).not.toContain('man1');
  });

  test('stop nothing when they cannot be placed', () => {
    const manuals = join(temporaryDirectory(), 'man');
    writeFileSync(manuals, 'a file in the place of the directory');
    expect(placeManualPages(program, manuals)).toEqual([
      expect.stringContaining(`not every manual page could be placed in ${manuals}: `),
    ]);
    expect(removeManualPages(manuals)).toEqual([]);
  });
});

function filesIn(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .toSorted();
}
