import type { Cause } from '../../../src/core/manifest.ts';
import { seededRandom, type SeededRandom } from './seeded-random.ts';

/** A real tmux of one user, and a real watch of it. */
export interface WatchedStage {
  readonly tmux: (...args: readonly string[]) => string;
  readonly panePid: (session: string) => number;
  readonly signalServer: (signal: 'SIGKILL' | 'SIGTERM' | 'SIGSEGV') => void;
  readonly awaitServerEnd: () => void;
  /** Has the kernel kill these for the limit of a control group. */
  readonly oomKill: (...pids: readonly number[]) => void;
  readonly serverPid: () => number;
  /** Waits until tmux has noticed the end of a session's only process. */
  readonly awaitSessionEnd: (name: string) => void;
  /** Runs the program beside the watch. */
  readonly persist: (...args: readonly string[]) => void;
  /** Whether somebody is connected to the server: between two saves, that is the watch. */
  readonly isHeard: () => boolean;
  readonly restartWatch: (signal: 'SIGKILL' | 'SIGTERM') => Promise<void>;
  /** The newest record, as `name: live` or `name: cause (kind of killer)`, sorted. */
  readonly record: () => readonly string[];
  /** Polls until it holds; false when it never does. */
  readonly comesTrue: (condition: () => boolean) => boolean;
}

export interface WatchStormSummary {
  /** How many losses there were of each true cause. */
  readonly losses: ReadonlyMap<Cause, number>;
  readonly healed: number;
}

/**
 * Plays a story that follows from the seed. The model knows the true cause of each loss, and what the watch may bring
 * back. After each step the record must say exactly that; throws the step at which it does not, with the seed.
 */
export async function playWatchStorm(
  stage: WatchedStage,
  { seed, steps }: { readonly seed: number; readonly steps: number },
): Promise<WatchStormSummary> {
  const storm = new WatchStorm(stage, seededRandom(seed));
  for (let at = 0; at < steps; at += 1) {
    try {
      await storm.step();
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      throw new Error(`STORM_SEED=${seed}, step ${at}: ${words}\n${storm.story.slice(-15).join('\n')}`, {
        cause: error,
      });
    }
  }
  return storm.summary;
}

const names = ['ada', 'bob', 'cid', 'dot', 'eve'] as const;

/** How often each step is taken, relative to the others. */
const weights = {
  create: 26,
  close: 8,
  killProcess: 6,
  killServer: 6,
  crashServer: 3,
  stopServer: 6,
  terminateServer: 4,
  retakeAtOnce: 6,
  oomKillProcess: 6,
  oomKillBesideClose: 5,
  oomKillServer: 3,
  saveBesideKill: 4,
  apply: 6,
  rename: 4,
  restartWatch: 3,
} as const;

type Step = keyof typeof weights;

function isStep(text: string): text is Step {
  return text in weights;
}

const deck: readonly Step[] = Object.entries(weights).flatMap(([step, weight]) =>
  isStep(step) ? Array.from({ length: weight }, () => step) : [],
);

/** The truth about a session that is gone. A last session that is closed takes its server along, so it has two causes. */
interface Gone {
  readonly causes: readonly Cause[];
  readonly isKilled: boolean;
}

class WatchStorm {
  readonly story: string[] = [];
  private readonly live = new Set<string>();
  private readonly gone = new Map<string, Gone>();
  /** What the watch has tried once already, and does not try again within the hour. */
  private readonly tried = new Set<string>();
  private readonly losses = new Map<Cause, number>();
  private healed = 0;

  private readonly stage: WatchedStage;
  private readonly random: SeededRandom;

  constructor(stage: WatchedStage, random: SeededRandom) {
    this.stage = stage;
    this.random = random;
  }

  get summary(): WatchStormSummary {
    return { losses: this.losses, healed: this.healed };
  }

  async step(): Promise<void> {
    const step = this.live.size === 0 ? 'create' : this.random.oneOf(deck);
    const name = this.live.size === 0 ? '' : this.random.oneOf([...this.live]);
    this.story.push(`${step} ${name}`);
    await this.take(step, name);
    this.settle();
  }

  private async take(step: Step, name: string): Promise<void> {
    const { stage } = this;
    switch (step) {
      case 'create':
        return this.create(this.random.oneOf(names));
      case 'close':
        stage.tmux('kill-session', '-t', `=${name}`);
        return this.closed(name);
      case 'killProcess':
        process.kill(stage.panePid(name), 'SIGKILL');
        stage.awaitSessionEnd(name);
        return this.closed(name);
      case 'killServer':
        return this.endServer('SIGKILL', { causes: ['server-died'], isKilled: false });
      case 'crashServer':
        return this.endServer('SIGSEGV', { causes: ['server-died'], isKilled: false });
      case 'terminateServer':
        return this.endServer('SIGTERM', { causes: ['server-stopped'], isKilled: false });
      case 'stopServer':
        stage.tmux('kill-server');
        stage.awaitServerEnd();
        return this.lose([...this.live], { causes: ['server-stopped'], isKilled: false });
      case 'retakeAtOnce': {
        const isKill = this.random.below(2) === 0;
        this.endServer(isKill ? 'SIGKILL' : 'SIGTERM', {
          causes: [isKill ? 'server-died' : 'server-stopped'],
          isKilled: false,
        });
        return this.create(name);
      }
      case 'oomKillProcess':
        stage.oomKill(stage.panePid(name));
        stage.awaitSessionEnd(name);
        return this.lose([name], { causes: ['killed'], isKilled: true });
      case 'oomKillBesideClose': {
        const others = [...this.live].filter((one) => one !== name);
        stage.oomKill(stage.panePid(name));
        const closed = others.length < 2 ? null : this.random.oneOf(others);
        if (closed !== null) {
          this.story.push(`  and close ${closed}`);
          stage.tmux('kill-session', '-t', `=${closed}`);
          this.closed(closed);
        }
        stage.awaitSessionEnd(name);
        return this.lose([name], { causes: ['killed'], isKilled: true });
      }
      case 'oomKillServer':
        stage.oomKill(stage.serverPid());
        stage.awaitServerEnd();
        return this.lose([...this.live], { causes: ['server-died'], isKilled: true });
      case 'saveBesideKill':
        this.endServer('SIGKILL', { causes: ['server-died'], isKilled: false });
        return stage.persist('save', '--lock-timeout', '20');
      case 'apply':
        stage.persist('apply', '--no-units', '--lock-timeout', '20');
        for (const [one, gone] of this.gone) if (isAutomatic(gone)) this.back(one);
        return;
      case 'rename': {
        const to = this.random.oneOf(names);
        if (this.live.has(to)) return;
        this.story.push(`  to ${to}`);
        stage.tmux('rename-session', '-t', `=${name}`, to);
        // A new name gives the watch no sign. Its look at everybody, every five minutes, comes now.
        stage.persist('save', '--lock-timeout', '20');
        this.live.delete(name);
        return this.back(to);
      }
      case 'restartWatch':
        return stage.restartWatch(this.random.below(2) === 0 ? 'SIGKILL' : 'SIGTERM');
    }
  }

  private create(name: string): void {
    if (this.live.has(name)) return;
    this.stage.tmux('new-session', '-d', '-s', name, 'exec cat');
    this.back(name);
  }

  /** A session of that name is live again, so that its entry is no longer among the gone ones. */
  private back(name: string): void {
    this.live.add(name);
    this.gone.delete(name);
  }

  private closed(name: string): void {
    const isLast = this.live.size === 1;
    if (isLast) this.stage.awaitServerEnd();
    this.lose([name], { causes: isLast ? ['closed', 'server-stopped'] : ['closed'], isKilled: false });
  }

  private endServer(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSEGV', truth: Gone): void {
    this.stage.signalServer(signal);
    this.stage.awaitServerEnd();
    this.lose([...this.live], truth);
  }

  private lose(lost: readonly string[], truth: Gone): void {
    const [cause] = truth.causes;
    for (const name of lost) {
      this.live.delete(name);
      this.gone.set(name, truth);
      if (cause !== undefined) this.losses.set(cause, (this.losses.get(cause) ?? 0) + 1);
    }
  }

  /** Waits until the record says what is true, and until what the watch may bring back is back. */
  private settle(): void {
    const healing = [...this.gone].flatMap(([name, gone]) =>
      isAutomatic(gone) && !this.tried.has(name) ? [name] : [],
    );
    if (healing.length > 0) {
      this.story.push(`  the watch heals ${healing.join(', ')}`);
      for (const name of healing) {
        this.tried.add(name);
        this.back(name);
      }
      this.healed += healing.length;
    }
    // How a server ends that the watch has not met yet, nobody can know.
    if (this.stage.comesTrue(() => this.isRecorded() && (this.live.size === 0 || this.stage.isHeard()))) return;
    const expected = [...this.live]
      .map((name) => `${name}: live`)
      .concat([...this.gone].map(([name, one]) => entryWords(name, one)));
    throw new Error(`expected [${expected.join(', ')}], recorded is [${this.stage.record().join(', ')}]`);
  }

  private isRecorded(): boolean {
    const open = new Set(this.stage.record());
    for (const name of this.live) if (!open.delete(`${name}: live`)) return false;
    for (const [name, gone] of this.gone) {
      const found = gone.causes
        .map((cause) => entryWords(name, { ...gone, causes: [cause] }))
        .find((one) => open.has(one));
      if (found === undefined) return false;
      open.delete(found);
    }
    return open.size === 0;
  }
}

function isAutomatic({ causes }: Gone): boolean {
  return causes.some((cause) => cause === 'server-died' || cause === 'killed');
}

function entryWords(name: string, { causes, isKilled }: Gone): string {
  return `${name}: ${causes.join('|')}${isKilled ? ' (limit)' : ''}`;
}
