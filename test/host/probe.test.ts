import { test } from 'vitest';
import { appendFileSync, rmSync } from 'node:fs';
import { useMachine } from './support/use-machine.ts';
import { suiteOfThisRun } from './support/suite.ts';
const machine = useMachine();
const out = `/tmp/probe2.${suiteOfThisRun()}`;
const log = (...a: unknown[]) => appendFileSync(out, a.map(x => typeof x === 'string' ? x : JSON.stringify(x, null, 1)).join(' ') + '\n');
rmSync(out, { force: true });
test('x', async () => {
  const m = machine();
  const emo = await m.addUser('emo', { groups: ['docker', 'builders'] });
  const line = (tmux: string[], extra: string[] = []) => ['systemd-run', '--quiet', '--collect', `--uid=emo`, `--slice=user-${emo.uid}.slice`, '--service-type=forking', '--description=tmux server of emo',
    ...['WorkingDirectory=/home/emo','PAMName=runuser','GuessMainPID=no','OOMPolicy=continue','SendSIGHUP=yes','TimeoutStopSec=10','StandardOutput=null','StandardError=journal','UnsetEnvironment=INVOCATION_ID JOURNAL_STREAM SYSTEMD_EXEC_PID MEMORY_PRESSURE_WATCH MEMORY_PRESSURE_WRITE'].flatMap(p => ['-p', p]), ...extra, ...tmux] as [string, ...string[]];
  const timed = async (label: string, argv: [string, ...string[]], o = {}) => { const t = performance.now(); const r = await m.exec(argv, o); log(`\n## ${label}: ${Math.round(performance.now() - t)} ms exit ${r.exitCode}\n${r.stdout}${r.stderr === '' ? '' : `stderr: ${r.stderr}`}`); return r; };
  const sh = async (label: string, script: string, o = {}) => timed(label, ['sh', '-c', script], o);
  const create = ['tmux', '-u', 'new-session', '-d', '-s', 'one', '-c', '/home/emo'];
  const alive = async (label: string) => sh(label, `pgrep -u emo -x 'tmux: server' | while read p; do echo $p $(grep 0:: /proc/$p/cgroup) $(grep Groups /proc/$p/status); done`);
  const end = async () => { await m.exec(['tmux','kill-server'], { user: 'emo' }); await new Promise(r => setTimeout(r, 200)); };
  await sh('versions', 'systemctl --version | head -1; tmux -V');
  // 1. from a oneshot service with RemainAfterExit, then stop, restart
  await m.writeFile('/usr/local/bin/start-it', '#!/bin/sh\nexec ' + line(create).map(x => `'${x}'`).join(' ') + '\n', '0755');
  await m.writeFile('/etc/systemd/system/caller.service', '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=-/usr/local/bin/start-it\n');
  await m.exec(['systemctl', 'daemon-reload']);
  await timed('start caller', ['systemctl', 'start', 'caller']); await alive('after caller started');
  await timed('stop caller', ['systemctl', 'stop', 'caller']); await alive('after caller stopped');
  await timed('restart caller', ['systemctl', 'restart', 'caller']); await alive('after caller restarted');
  await timed('journal caller', ['journalctl', '-b', '-u', 'caller', '-o', 'cat', '--no-pager']);
  await timed('daemon-reexec', ['systemctl', 'daemon-reexec']); await alive('after daemon-reexec');
  await end();
  // 2. from root's and emo's login session
  await timed('from root login session', ['/usr/local/bin/start-it'], { login: true }); await alive('after root session closed');
  await sh('env', `S=$(pgrep -u emo -x 'tmux: server'); tr '\\0' '\\n' </proc/$S/environ; ls -d /run/user/*`);
  await end();
  // 3. KillUserProcesses
  await m.writeFile('/etc/systemd/logind.conf.d/kill.conf', '[Login]\nKillUserProcesses=yes\nUserStopDelaySec=0\n');
  await m.exec(['systemctl', 'restart', 'systemd-logind']);
  await timed('KUP: from root login session', ['/usr/local/bin/start-it'], { login: true }); await alive('KUP after root session closed');
  await timed('KUP: emo logs in and out', ['sh', '-c', 'loginctl list-sessions --no-legend; systemctl list-units "user*1000*" --no-legend; exit 3'], { login: true, user: 'emo' });
  await new Promise(r => setTimeout(r, 3000));
  await alive('KUP after emo logged out'); await sh('units', 'systemctl list-units "user*1000*" --no-legend; loginctl list-users');
  await timed('control: tmux in emo login session', ['tmux', '-L', 'ctl', 'new-session', '-d'], { login: true, user: 'emo' });
  await new Promise(r => setTimeout(r, 1000)); await alive('control, after');
  await timed('terminate-user emo', ['loginctl', 'terminate-user', 'emo']);
  await new Promise(r => setTimeout(r, 1000)); await alive('after terminate-user without session');
  await sh('login, terminate-user', 'systemd-run -q --collect -p PAMName=login -p User=emo sleep 100; sleep 1; loginctl list-sessions --no-legend; loginctl terminate-user emo; sleep 1.5; loginctl list-sessions --no-legend');
  await alive('after terminate-user with session');
  await end();
  // 4. stop of the unit: how long, signals
  await timed('create', line([...create, 'trap "" TERM HUP; sleep 1000'], ['--unit=stubborn']));
  await timed('stop with a stubborn pane', ['systemctl', 'stop', 'stubborn']); await alive('after stop');
  await timed('create', line(create, ['--unit=nice']));
  await timed('stop with bash', ['systemctl', 'stop', 'nice']); await alive('after stop'); await sh('socket', 'ls -la /tmp/tmux-1000');
  await timed('create', line([...create, 'setsid sleep 600 & sleep 1000'], ['--unit=left']));
  await end(); await sh('left', 'systemctl show left -p ActiveState; pgrep -a sleep; systemctl stop left; pgrep -a sleep');
  // 5. oom kill of the server in its unit
  await timed('create', line(create, ['--unit=victim'])); await m.oomKillServer('emo'); await alive('after oom');
  await sh('victim', 'systemctl show victim -p ActiveState,Result,LoadState; journalctl -b -u victim -o cat --no-pager; ls /tmp/tmux-1000; systemctl --failed --no-legend');
  await timed('create again on stale socket', line(create)); await alive('again');
  // 6. linger, locale.conf
  await end(); await m.writeFile('/etc/default/locale', 'LANG=en_US.UTF-8\n'); await m.writeFile('/etc/locale.conf', 'LANG=en_US.UTF-8\n'); await m.reboot();
  await timed('start after reboot', line(create)); await sh('env with locale', `S=$(pgrep -u emo -x 'tmux: server'); tr '\\0' '\\n' </proc/$S/environ`);
  await sh('linger', 'loginctl enable-linger emo; sleep 1; ls /run/user; systemctl is-active user@1000.service'); await end();
  await timed('start with linger', line(create)); await alive('linger'); await sh('env linger', `S=$(pgrep -u emo -x 'tmux: server'); tr '\\0' '\\n' </proc/$S/environ; for p in $(pgrep -P $S); do cat /proc/$p/cgroup | grep 0::; done`);
  await end();
  await timed('memory limit', line(create, ['-p', 'MemoryMax=500M', '-p', 'MemoryHigh=400M', '--unit=limited'])); await sh('props', 'systemctl show limited -p MemoryMax,MemoryHigh,OOMPolicy');
  // 7. reboot: order of stop of transient units
  const r = performance.now(); await m.reboot(); log('reboot with server in transient unit', Math.round(performance.now() - r));
  await sh('setpriv fallback', `setpriv --reuid=emo --regid=emo --init-groups --reset-env tmux -u new-session -d -s one; S=$(pgrep -u emo -x 'tmux: server'); grep Groups /proc/$S/status;  tr '\\0' '\\n' </proc/$S/environ; grep 0:: /proc/$S/cgroup; ls -l /proc/$S/cwd`);
}, 180000);
