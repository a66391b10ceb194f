import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { buildScene, type Scene } from './scene.ts';

const help = `usage: node bench/scene.mjs [--users N] [--sessions N] [--agents] [-- COMMAND [ARG]...]

Puts up N Unix users (10) with a tmux server of N sessions (20) each, with --agents a stand-in for Claude Code in every
session, a roster and an empty state directory. Runs COMMAND with the environment that leads tmux-persist there, and exits
with its status; without one, prints that environment and waits for Ctrl-C. Then takes everything away, also if it is killed.

  node bench/scene.mjs --agents -- node dist/bin.js status
  node bench/scene.mjs --agents -- bash
`;

/** Puts up a scene for as long as a command runs. */
export async function main(argv: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      users: { type: 'string', default: '10' },
      sessions: { type: 'string', default: '20' },
      agents: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  if (process.getuid?.() !== 0) {
    process.stderr.write('scene: creating Unix users needs root: use sudo\n');
    process.exitCode = 2;
    return;
  }
  // Ctrl-C ends the command, and then the scene.
  const interrupted = once(process, 'SIGINT');
  const spec = { users: Number(values.users), sessions: Number(values.sessions), agents: values.agents };
  const scene = await buildScene(spec);
  try {
    const [file, ...args] = positionals;
    if (file === undefined) {
      process.stderr.write(`${told(scene)}\nCtrl-C takes it away\n`);
      // A signal that is waited for does not keep Node from ending.
      const alive = setInterval(() => {}, 60_000);
      await interrupted;
      clearInterval(alive);
    } else {
      process.exitCode = statusOf(file, args, scene);
    }
  } finally {
    await scene.remove();
  }
}

function told({ env, directory }: Scene): string {
  const settings = Object.entries(env).map(([name, value]) => `export ${name}=${value}`);
  return ['unset NODE_EXTRA_CA_CERTS', ...settings, `# homes, roster and state: ${directory}`].join('\n');
}

function statusOf(file: string, args: readonly string[], scene: Scene): number {
  const { status, error } = spawnSync(file, args, {
    env: { ...scene.env, TERM: process.env['TERM'] ?? 'dumb', SCENE_DIRECTORY: scene.directory },
    stdio: 'inherit',
  });
  if (error !== undefined) throw error;
  return status ?? 1;
}
