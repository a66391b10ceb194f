import type { Machine } from './machine.ts';

const units = '/etc/systemd/system';

/** A stand-in for the predecessor's script: where it keeps what, whose sessions they are, and how it reads them. */
export const predecessorScript = `#!/usr/bin/env bash
# Persists web-terminal sessions (tmux) over a reboot: a stand-in.
set -euo pipefail
records=/var/lib/tmux-persist
users=/etc/ttyd-user-map
save() {
  echo "the stand-in does not save"
}
restore() {
  local user name directory id
  for user in $(cut -d= -f2 "$users"); do
    while IFS=$'\\t' read -r name directory id; do
      runuser -u "$user" -- tmux has-session -t "=$name" 2>/dev/null && continue
      runuser -u "$user" -- tmux new-session -d -s "$name" -c "$directory" "exec sleep infinity"
      echo "$user:$name in $directory, \${id:-no conversation}"
    done <"$records/$user.tsv"
  done
}
case "\${1:-}" in
  save) save ;;
  restore) restore ;;
  *) echo "usage: tmux-persist save|restore" >&2; exit 1 ;;
esac
`;

/** A stand-in for its later versions, whose text has other words and more of them. */
export const laterScript = `#!/bin/bash
#
# tmux-persist (a stand-in): what makes the sessions of the web terminal survive a boot.
#
set -euo pipefail
usage() {
  echo "usage: tmux-persist save [user]|restore [user]|picker user|snapshot user id" >&2
  exit 1
}
usage
`;

interface LaterState {
  /** Texts by time, oldest first; the link leads to the last. */
  readonly snapshots: Readonly<Record<string, string>>;
  readonly forgotten: string;
}

/** The records of the later versions, as they leave them. */
export async function installSeries(
  machine: Machine,
  user: string,
  { snapshots, forgotten }: LaterState,
): Promise<void> {
  const state = '/var/lib/tmux-persist';
  for (const [time, text] of Object.entries(snapshots)) {
    const path = `${state}/snapshots/${user}/${time}.tsv`;
    await machine.output(['mkdir', '-p', `${state}/snapshots/${user}`]);
    await machine.writeFile(path, text, '0600');
    await machine.output(['touch', '-d', time.replace(/^(....)(..)(..)T(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6Z'), path]);
    await machine.output(['ln', '-sfn', `snapshots/${user}/${time}.tsv`, `${state}/${user}.tsv`]);
  }
  await machine.writeFile(`${state}/${user}.forgotten.tsv`, forgotten, '0600');
}

/** The predecessor under its first name: a script, and the units that call it, all of them enabled. */
export async function installUnderFirstName(machine: Machine, script: string): Promise<void> {
  await machine.writeFile('/usr/local/bin/t3-tmux-sessions', script, '0755');
  await installUnits(machine, 't3-tmux', '/usr/local/bin/t3-tmux-sessions');
}

/** The predecessor under its last name, which is ours. */
export async function installUnderLastName(machine: Machine, script = predecessorScript): Promise<void> {
  await machine.writeFile('/usr/local/bin/tmux-persist', script, '0755');
  await installUnits(machine, 'tmux-persist', '/usr/local/bin/tmux-persist');
}

async function installUnits(machine: Machine, name: string, script: string): Promise<void> {
  const service = (word: string, rest: string): string =>
    `[Unit]\nDescription=Web terminal sessions: ${word}\n[Service]\nType=oneshot\nExecStart=${script} ${word}\n${rest}`;
  const restore = service('restore', 'RemainAfterExit=yes\n[Install]\nWantedBy=multi-user.target\n');
  const timer =
    '[Unit]\nDescription=x\n[Timer]\nOnUnitActiveSec=5min\nOnBootSec=5min\n[Install]\nWantedBy=timers.target\n';
  await machine.writeFile(`${units}/${name}-save.service`, service('save', ''));
  await machine.writeFile(`${units}/${name}-save.timer`, timer);
  await machine.writeFile(`${units}/${name}-restore.service`, restore);
  await machine.output(['systemctl', 'daemon-reload']);
  await machine.output(['systemctl', 'enable', `${name}-restore.service`]);
  await machine.output(['systemctl', 'enable', '--now', `${name}-save.timer`]);
}
