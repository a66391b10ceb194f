import { lstatSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sandbox } from '../support/persist-sandbox.ts';

test('a save that stores a record renews the file of its user among the changes, and no other save does', () => {
  const box = sandbox();
  const path = join(box.stateDirectory, 'changes', box.user);
  const isRenewed = (): boolean => {
    const isNew = lstatSync(path).mtimeMs > 0;
    utimesSync(path, 0, 0);
    return isNew;
  };
  box.tmux('new-session', '-d', '-s', 'notes', '-c', box.home);

  box.persist('save');
  expect(readdirSync(join(box.stateDirectory, 'changes'))).toEqual([box.user]);
  expect(isRenewed()).toBe(true);

  box.persist('save');
  expect(isRenewed()).toBe(false);

  box.tmux('new-session', '-d', '-s', 'second', '-c', box.home);
  box.persist('save');
  expect(isRenewed()).toBe(true);
});

test('a save is as good where the changes cannot be noted', () => {
  const box = sandbox();
  box.tmux('new-session', '-d', '-s', 'notes', '-c', box.home);
  box.persist('status');
  box.directory('state');
  writeFileSync(join(box.stateDirectory, 'changes'), 'in the way');

  expect(box.persist('save')).toMatchObject({ exitCode: 0, stderr: '' });
});
