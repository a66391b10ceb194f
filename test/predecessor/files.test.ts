import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isPredecessorUnit, keepPredecessor, otherThanScript } from '../../src/predecessor/files.ts';
import { StateWriteError } from '../../src/system/errors.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';

const script = `#!/usr/bin/env bash
# Keeps the sessions of a web terminal.
set -euo pipefail
STATE_DIR=/var/lib/tmux-persist
MAP=/etc/ttyd-user-map
save() {
  install -d -m 0755 "$STATE_DIR"
}
restore() {
  cut -d= -f2 "$MAP"
}
case "\${1:-}" in
  save) save ;;
  restore) restore ;;
  *) echo "usage: tmux-persist save|restore" >&2; exit 1 ;;
esac
`;

const places = 'STATE_DIR=/var/lib/tmux-persist\nMAP=/etc/ttyd-user-map\n';
const noWords = 'its head does not say that it persists the sessions of a web terminal';
const noUsage = 'it has no usage with the words save and restore';

describe("the predecessor's script", () => {
  test.each([
    ['as it is', script],
    ['with a user to restore', script.replace('save|restore"', 'save|restore [user]"')],
    ['with more words', script.replace('save|restore"', 'save|restore|picker|snapshot|restore-one"')],
    [
      'with a usage of its own name',
      script.replace('usage: tmux-persist save|restore', 'Usage: ${0##*/} {save|restore}'),
    ],
    ['at another place of bash', script.replace('/usr/bin/env bash', '/bin/bash -eu')],
    ['with its records elsewhere', script.replace('/var/lib/tmux-persist', '${STATE:-/srv/state}')],
    ['with other functions', script.replaceAll('save', 'save_all').replace('save_all|', 'save|')],
    ['in other words', script.replace(/^# .*$/m, '#\n# Web terminal: what makes its sessions survive\n# a boot.')],
    ['without a head', script.replace(/^# .*\n/m, '')],
  ])('is told by what it says of itself, %s', (_, text) => {
    expect(otherThanScript(text)).toBeNull();
  });

  test.each([
    ['of another shell', script.replace('env bash', 'env zsh'), 'it is a script for zsh'],
    ['in another language', '#!/usr/bin/python3\n# web terminal sessions, saved\n', 'it is a script for python3'],
    ['that does something else', script.replace(/^# .*$/m, '# Backs up.').replace(places, ''), noWords],
    [
      'that says so only later',
      script.replace(/^# .*\n/m, '').replace(places, '# web terminal sessions, saved\n'),
      noWords,
    ],
    ['that is used otherwise', script.replace('save|restore', 'record|bring-back'), noUsage],
    ['that only quotes it', script.replaceAll(/^/gm, '# '), 'it is no script'],
    ['that is empty', '', 'it is no script'],
    ['that is a program', '\u007FELF\0', 'it is no script'],
    [
      'that is our own',
      '#!/bin/sh\n# Managed by tmux-persist\nexec \'/usr/bin/node\' bin.js "$@"\n',
      'it is a script for sh',
    ],
  ])('is not one %s, and the reason is told', (_, text, reason) => {
    expect(otherThanScript(text)).toBe(reason);
  });
});

describe('keeping a file of theirs', () => {
  test('gives way to a later version of theirs, and to nothing else', () => {
    const path = join(temporaryDirectory(), 'tmux-persist');
    writeFileSync(path, 'theirs 1\n');
    expect(keepPredecessor(path, isTheirs)).toBe(`${path}.predecessor`);
    expect(keepPredecessor(path, isTheirs)).toBe(`${path}.predecessor`);
    rmSync(path);
    writeFileSync(path, 'theirs 2\n');
    keepPredecessor(path, isTheirs);
    expect(readFileSync(`${path}.predecessor`, 'utf8')).toBe('theirs 2\n');
    writeFileSync(`${path}.predecessor`, 'mine\n');
    rmSync(path);
    writeFileSync(path, 'theirs 3\n');
    expect(() => keepPredecessor(path, isTheirs)).toThrow(StateWriteError);
    expect(readFileSync(`${path}.predecessor`, 'utf8')).toBe('mine\n');
  });
});

const saveService = '[Service]\nType=oneshot\nExecStart=/usr/local/bin/tmux-persist save\n';
const restoreService = `[Unit]\nAfter=network.target\n[Service]
ExecStart = /usr/local/bin/tmux-persist \\
  restore
RemainAfterExit=yes\n[Install]\nWantedBy=multi-user.target\n`;
const timer =
  '[Unit]\nDescription=x\n[Timer]\nOnBootSec=2min\nOnUnitActiveSec=5min\n[Install]\nWantedBy=timers.target\n';
const firstService = '[Service]\n# ExecStart=/bin/false\nExecStart=/usr/local/bin/t3-tmux-sessions save\n';

describe("a unit of the predecessor's", () => {
  test.each([
    ['tmux-persist-save.service', saveService],
    ['tmux-persist-restore.service', restoreService],
    ['tmux-persist-save.timer', timer],
    ['tmux-persist-save.timer', `${timer}[Timer]\nUnit=tmux-persist-save.service\n`],
    ['t3-tmux-sessions-save.service', firstService],
    ['t3-tmux-sessions-save.service', firstService.replace('sessions save', 'sessions.sh restore')],
    ['t3-tmux-sessions-restore.service', '[Service]\nExecStart=/bin/bash /opt/infra/t3-tmux-sessions.sh restore\n'],
    ['t3-tmux-sessions-save.timer', timer],
    ['t3-tmux-save.service', firstService],
    ['t3-tmux-save.timer', timer.replace('[Timer]\n', '[Timer]\nUnit=t3-tmux-save.service\n')],
    ['t3-tmux-restore.service', firstService.replace('save', 'restore')],
  ])('is told by what %s does', (name, text) => {
    expect(isPredecessorUnit(name, text, beside)).toBe(true);
  });

  test.each([
    ['tmux-persist-save.service', saveService.replace('save', 'save --quiet')],
    ['tmux-persist-save.service', saveService.replace('save', 'restore')],
    ['tmux-persist-save.service', saveService.replace('/usr/local/bin', '/opt')],
    ['tmux-persist-save.service', `${saveService}ExecStartPre=/usr/local/bin/backup\n`],
    ['tmux-persist-save.service', `${saveService}ExecStart=/usr/local/bin/tmux-persist save\n`],
    ['tmux-persist-save.service', saveService.replace('ExecStart', '# ExecStart')],
    ['tmux-persist-save.service', ''],
    ['tmux-persist-restore.service', saveService],
    ['tmux-persist-shutdown.service', saveService],
    ['tmux-persist-save.timer', '[Timer]\nAccuracySec=1s\n'],
    ['tmux-persist-save.timer', `${timer}[Timer]\nUnit=backup.service\n`],
    ['t3-tmux-sessions-save.service', saveService],
    ['t3-tmux-sessions-save.service', '[Service]\nExecStart=/usr/local/bin/not-t3-tmux-sessions save\n'],
    ['t3-tmux-sessions-save.service', firstService.replace('save', 'save; reboot')],
    ['t3-tmux-sessions-save.timer', `${timer}[Timer]\nUnit=backup.service\n`],
    ['other.service', firstService],
    ['t3-tmux-backup.service', firstService],
    ['t3-tmux-save.service', saveService],
  ])('is not %s that does something else: %j', (name, text) => {
    expect(isPredecessorUnit(name, text, beside)).toBe(false);
  });

  test('is not a timer of our name beside a service that is not its own', () => {
    expect(isPredecessorUnit('tmux-persist-save.timer', timer, () => null)).toBe(false);
    const ours = `# Managed by tmux-persist\n${saveService.replace('save', 'save --quiet')}`;
    expect(isPredecessorUnit('tmux-persist-save.timer', timer, () => ours)).toBe(false);
  });
});

/** The other files of the directory. */
function beside(name: string): string | null {
  return name === 'tmux-persist-save.service' ? saveService : null;
}

function isTheirs(text: string): boolean {
  return text.startsWith('theirs');
}
