import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { installationBelow, localInstallation, prefixOf, readNotes } from '../../src/systemd/installation.ts';
import { desiredContents, desiredUnits } from '../../src/systemd/unit-files.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';

test.each([
  ['/usr/local/lib/tmux-persist/dist', '/usr/local'],
  ['/usr/lib/tmux-persist/dist', '/usr'],
  ['/opt/tools/lib/tmux-persist/dist', '/opt/tools'],
  ['/home/emo/tmux-persist/dist', null],
  ['/usr/lib/node_modules/tmux-persist/dist', null],
  ['/home/emo/lib/tmux-persist-0.1.0/dist', null],
])('a program in %s belongs to the prefix %s', (bundle, prefix) => {
  expect(prefixOf(bundle)).toBe(prefix);
});

test('systemd looks for units below /usr and /usr/local alone, so those of any other prefix are in /usr/local', () => {
  expect(installationBelow('/usr').units.own).toBe('/usr/lib/systemd/system');
  expect(installationBelow('/opt/tools').units.own).toBe('/usr/local/lib/systemd/system');
  expect(localInstallation.units.own).toBe('/usr/local/lib/systemd/system');
});

test('only what is below /usr belongs to a package', () => {
  const by = ['/usr', '/usr/local', '/opt/tools'].map((prefix) => installationBelow(prefix).by);
  expect(by).toEqual(['package', 'program', 'program']);
});

test('the units of a package are wanted as they are, and one that is missing is told with what brings it back', () => {
  const own = temporaryDirectory();
  const place = { ...installationBelow('/usr'), units: { administrator: '/etc/systemd/system', own } };
  const [first, ...rest] = desiredUnits.map(({ name }) => name);
  for (const name of rest) {
    mkdirSync(join(own, name, '..'), { recursive: true });
    writeFileSync(join(own, name), `# of a package\n[Unit]\nDescription=${name}\n`);
  }
  expect(() => desiredContents(place)).toThrow(`${own}/${first}: it is missing; install the package again`);
  mkdirSync(join(own, first ?? '', '..'), { recursive: true });
  writeFileSync(join(own, first ?? ''), '# of a package\n');
  expect(desiredContents(place).get(first ?? '')).toBe('# of a package\n');
});

test.each([
  ['nothing', null, null],
  ['no JSON', '{', null],
  ['the file of another program', '{"mark":"Managed by apt"}', null],
  ['our mark', '{"mark":"Managed by tmux-persist"}', {}],
  [
    'a note that we created the group',
    '{"mark":"Managed by tmux-persist","createdGroup":true,"createdAccount":1}',
    { createdGroup: true },
  ],
])('a directory with %s is known for what it is', (_, text, notes) => {
  const directory = temporaryDirectory();
  if (text !== null) writeFileSync(join(directory, 'installed.json'), text);
  expect(readNotes(directory)).toEqual(notes);
});
