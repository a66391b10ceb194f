import { readFileSync } from 'node:fs';
import { startContainer, type Container } from './container.ts';
import { execInside, root as rootAccount, type Argv } from './exec-inside.ts';
import { makeBootCgroup } from './machine-cgroup.ts';
import { waitFor } from './wait-for.ts';

/** What switches a machine on and off. */
export interface MachinePower {
  /** The boot that runs now; throws when the machine is down. */
  readonly container: () => Container;
  readonly boot: () => Promise<void>;
  readonly reboot: () => Promise<void>;
  readonly powerOff: () => Promise<void>;
  readonly crash: () => Promise<void>;
  /** From now on a machine that asks to be booted again is left down. */
  readonly retire: () => void;
}

export interface PowerOptions {
  readonly id: string;
  readonly hostname: string;
  readonly root: string;
  readonly consoleLog: string;
  readonly binds: readonly string[];
}

const bootLimitMs = 60_000;
const shutdownLimitMs = 120_000;

/** The power switch of a machine that is down. */
export function powerOf(options: PowerOptions): MachinePower {
  let current: Container | null = null;
  let boots = 0;
  let isRetired = false;

  const start = (): void => {
    boots += 1;
    const started = startContainer({ ...options, cgroup: makeBootCgroup(options.id, boots) });
    current = started;
    void follow(started);
  };
  const follow = async (started: Container): Promise<void> => {
    const how = await started.ended;
    current = null;
    if (how === 'reboot' && !isRetired) start();
  };
  const container = (): Container => {
    if (current === null) throw new Error('the machine is down');
    return current;
  };
  const ask = (argv: Argv) => execInside(container(), argv, rootAccount, {});
  const console = (): string => readFileSync(options.consoleLog, 'utf8').trimEnd().split('\n').slice(-12).join('\n');
  const isUp = async (): Promise<boolean> => {
    if (current === null) throw new Error(`the machine did not stay up:\n${console()}`);
    if (!current.listens()) return false;
    const { stdout } = await ask(['systemctl', 'is-system-running', '--wait']);
    return ['running', 'degraded'].includes(stdout.trim());
  };
  const up = () => waitFor(isUp, bootLimitMs, () => `the boot of the machine, whose console ends with\n${console()}\n`);
  const down = () =>
    waitFor(
      () => current === null,
      shutdownLimitMs,
      () => `the shutdown, with a console that ends\n${console()}\n`,
    );

  return {
    container,
    boot: async () => {
      if (current !== null) throw new Error('the machine is up already');
      start();
      await up();
    },
    reboot: async () => {
      const before = container();
      await ask(['systemctl', '--no-block', 'reboot']);
      await waitFor(
        () => current !== before,
        shutdownLimitMs,
        () => `the reboot, with a console that ends\n${console()}\n`,
      );
      await up();
    },
    powerOff: async () => {
      await ask(['systemctl', '--no-block', 'poweroff']);
      await down();
    },
    crash: async () => {
      const leader = container().leader();
      if (leader === null) throw new Error('the machine has no PID 1');
      process.kill(leader, 'SIGKILL');
      await down();
    },
    retire: () => {
      isRetired = true;
    },
  };
}
