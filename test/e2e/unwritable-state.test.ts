import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { snapshotFile, snapshotIds, storedManifest } from '../support/stored-record.ts';
import { sessionNames } from '../support/world.ts';
import { canMount, makeReadOnly, makeWritable, mountSmallFileSystem } from '../system/small-file-system.ts';

const isRoot = process.geteuid?.() === 0;

describe.runIf(!isRoot || canMount)('a state directory that cannot be written', () => {
  test('makes save exit 4 and say so, and leaves the record as it was', () => {
    const { box, protect } = withProtectableState();
    const [stored, text] = [snapshotIds(box), readFileSync(snapshotFile(box), 'utf8')];
    protect();
    box.tmux('new-session', '-d', '-s', 'late', '-c', box.home);

    const saved = box.persist('save');
    expect(saved.exitCode).toBe(4);
    expect(saved.stdout).toMatch(/: not saved: .*(read-only|permission denied)/i);
    expect(snapshotIds(box)).toEqual(stored);
    expect(readFileSync(snapshotFile(box), 'utf8')).toBe(text);
  });

  test('does not keep apply from bringing the sessions back; it exits 4 because nothing was recorded', () => {
    const { box, protect } = withProtectableState();
    box.killServer();
    protect();

    const applied = box.persist('apply');
    expect(sessionNames(box)).toEqual(['notes']);
    expect(applied.exitCode).toBe(4);
    expect(applied.stderr).toMatch(/error: .*(read-only|permission denied)/i);
    expect(box.persist('plan', '--exit-code')).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('does not hinder plan, status, show and history', () => {
    const { box, protect } = withProtectableState();
    protect();
    for (const command of [['plan'], ['status'], ['show', box.user], ['history'], ['snapshots', box.user]]) {
      expect(box.persist(...command)).toMatchObject({ exitCode: 0, stderr: '' });
    }
  });
});

describe.runIf(canMount)('a state directory that is full', () => {
  test('makes save exit 4 and say so, and leaves neither a half-written record nor a temporary file', () => {
    const { box, fill, free } = withSmallState();
    const stored = snapshotIds(box);
    fill();
    box.tmux('new-session', '-d', '-s', 'late', '-c', box.home);

    const saved = box.persist('save');
    expect(saved.exitCode).toBe(4);
    expect(saved.stdout).toMatch(/: not saved: .*no space left/i);
    expect(snapshotIds(box)).toEqual(stored);
    expect(storedManifest(box).sessions.map(({ name }) => name)).toEqual(['notes']);

    free();
    expect(box.persist('save').exitCode).toBe(0);
    expect(storedManifest(box).sessions.map(({ name }) => name)).toEqual(['late', 'notes']);
  });

  test('does not keep apply from bringing the sessions back', () => {
    const { box, fill } = withSmallState();
    box.killServer();
    fill();
    const applied = box.persist('apply');
    expect(sessionNames(box)).toEqual(['notes']);
    expect(applied.exitCode).toBe(4);
    expect(applied.stderr).toMatch(/no space left/i);
  });

  test('makes doctor exit 1, also when a short file would still fit, and be well again when there is room', () => {
    const { box, fill, free } = withSmallState(1024 * 1024);
    expect(box.persist('doctor').exitCode).toBe(0);
    fill();
    rmSync(box.stateDirectory, { recursive: true });
    mkdirSync(box.stateDirectory, { mode: 0o700 });

    const { exitCode, stdout } = box.persist('doctor');
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`error   state: nothing can be saved in ${box.stateDirectory}: no space left on device\n`);
    expect(stdout).toContain(`        mend: df -h ${box.stateDirectory} && df -i ${box.stateDirectory}\n`);
    free();
    expect(box.persist('doctor').exitCode).toBe(0);
    expect(readdirSync(box.stateDirectory)).toEqual([]);
  });
});

/** A saved and running session; `protect` takes the right to write its state away, which for root only a mount can do. */
function withProtectableState(): { readonly box: Sandbox; readonly protect: () => void } {
  if (isRoot) {
    const mounted = mountSmallFileSystem(1024 * 1024);
    return { box: withSavedSession(mounted), protect: () => makeReadOnly(mounted) };
  }
  const box = sandbox();
  mkdirSync(box.stateDirectory, { recursive: true });
  startAndSave(box);
  const directories = ['.', 'lock', 'users', `users/${box.user}`, `users/${box.user}/snapshots`];
  const setMode = (mode: number): void => {
    for (const directory of directories) chmodSync(join(box.stateDirectory, directory), mode);
  };
  onTestFinished(() => setMode(0o700));
  return { box, protect: () => setMode(0o500) };
}

function withSmallState(bytes = 64 * 1024): {
  readonly box: Sandbox;
  readonly fill: () => void;
  readonly free: () => void;
} {
  const mounted = mountSmallFileSystem(bytes);
  makeWritable(mounted);
  const box = withSavedSession(mounted);
  const ballast = join(mounted, 'ballast');
  const fill = (): void => {
    for (let size = bytes; size >= 1024; size /= 2) append(ballast, size);
  };
  return { box, fill, free: () => rmSync(ballast) };
}

function append(path: string, size: number): void {
  try {
    writeFileSync(path, Buffer.alloc(size), { flag: 'a' });
  } catch {
    // What fits of it is what the test is after.
  }
  if (!existsSync(path)) throw new Error(`${path} could not be filled`);
}

function withSavedSession(mounted: string): Sandbox {
  const box = sandbox({ stateDirectory: join(mounted, 'state'), savesByCron: true });
  startAndSave(box);
  return box;
}

function startAndSave(box: Sandbox): void {
  box.tmux('new-session', '-d', '-s', 'notes', '-c', box.home);
  const saved = box.persist('save');
  if (saved.exitCode !== 0) throw new Error(`the first save failed: ${saved.stdout}${saved.stderr}`);
}
