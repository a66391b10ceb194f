import { describe, expect, test } from 'vitest';
import { isPredecessorScript, isPredecessorUnit } from '../../src/predecessor/files.ts';

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

describe("the predecessor's script", () => {
  test('is told by the lines that all of its versions have', () => {
    expect(isPredecessorScript(script)).toBe(true);
    expect(isPredecessorScript(script.replace('save|restore"', 'save|restore [user]"'))).toBe(true);
    expect(isPredecessorScript(script.replace('/usr/bin/env bash', '/bin/bash'))).toBe(true);
  });

  test.each([
    ['of another shell', script.replace('env bash', 'env zsh')],
    ['with its state elsewhere', script.replace('STATE_DIR=/var/lib/tmux-persist', 'STATE_DIR=/srv/state')],
    ['with its users elsewhere', script.replace('MAP=/etc/ttyd-user-map', 'MAP=/etc/users')],
    ['that cannot save', script.replace('save() {', 'snapshot() {')],
    ['that cannot restore', script.replace('restore() {', 'bring_back() {')],
    ['that is used otherwise', script.replace('save|restore', 'record|restore')],
    ['that only quotes it', script.replaceAll(/^/gm, '# ')],
    ['that is empty', ''],
    ['that is our own', '#!/bin/sh\n# Managed by tmux-persist\nexec \'/usr/bin/node\' bin.js "$@"\n'],
  ])('is not one %s', (_, text) => {
    expect(isPredecessorScript(text)).toBe(false);
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
