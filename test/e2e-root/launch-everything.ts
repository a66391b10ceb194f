import { checkDirectories } from '../../src/system/files/directories.ts';
import { closeInheritedDescriptors } from '../../src/system/sockets/inherited-descriptors.ts';
import { launchAs } from '../../src/system/programs/launch.ts';
import { callTmux, startTmux } from '../../src/tmux/call-tmux.ts';
import { tmuxTarget } from '../../src/tmux/tmux-target.ts';

// Runs, as root, whatever this project runs with the credentials of a user; a probe stands in the place of each program.
const [, , accountText = '', searchPath = '', socketName = ''] = process.argv;
const account: Parameters<typeof tmuxTarget>[0] = JSON.parse(accountText);
const caller = { uid: 0, searchPath: null, tmpDir: null };
const target = { ...tmuxTarget(account, caller, { socketName, configFile: null }), searchPath };
const options = { timeoutMs: 10_000 };
const probe = `${searchPath}/tmux`;

closeInheritedDescriptors();
const launched = await launchAs(account, [probe], { ...options, env: { LANG: 'C.UTF-8' } });
const fallback = await callTmux(target, ['list-sessions'], options);
const started = await startTmux(target, ['start-server'], {}, options);
const checked = await checkDirectories(account, true, [account.home, '/root'], options.timeoutMs);
process.stdout.write(
  JSON.stringify({
    launched: launched.stdout || launched.stderr,
    fallback: fallback.stdout || fallback.stderr,
    started: started.result.stdout || started.result.stderr,
    checked: checked.kind === 'checked' ? [...checked.usable.values()] : checked.reason,
  }),
);
