import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import process from 'node:process';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
  readonly kernel: string;
  readonly node: string;
  readonly tmux: string;
  readonly strace: string | null;
  /** Of the last minute, before the bench began: above 0.5 others were at work. */
  readonly load: number;
  readonly date: string;
}

/** What the figures depend on, as it is when the bench begins. */
export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGib: totalmem() / 1024 ** 3,
    system: /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux',
    kernel: release(),
    node: process.version,
    tmux: execFileSync('tmux', ['-V'], { encoding: 'utf8' }).trim(),
    strace: straceVersion(),
    load: loadavg()[0] ?? 0,
    date: new Date().toISOString().slice(0, 10),
  };
}

function straceVersion(): string | null {
  try {
    return execFileSync('strace', ['-V'], { encoding: 'utf8' }).split('\n')[0] ?? null;
  } catch {
    return null;
  }
}
