import type { Cause } from '../../../src/core/manifest.ts';
import { compareText } from '../../../src/core/text.ts';
import { waitUntil } from '../private-tmux.ts';
import type { ReconcilerAnswer, ReconcilerRun } from '../reconciler/reconciler-protocol.ts';
import { type Clues, expectedRecord, type ExpectedRecord, type RunningSession, type Truth } from './expected-record.ts';
import { type FoundEntry, narrowedEntries } from './narrowed-entries.ts';
import { seededRandom, type SeededRandom } from './seeded-random.ts';

/** A real tmux of one user, and the program that looks after it. */
export interface Stage {
  readonly tmux: (...args: readonly string[]) => string;
  /** SIGKILL, and the end of it waited for. */
  readonly killServer: () => void;
  readonly isServerRunning: () => boolean;
  /** Waits for the end of a server that ends by itself. */
  readonly awaitServerEnd: () => void;
  readonly removeSocket: () => void;
  /** SIGKILL to a program in a pane. */
  readonly endProcess: (pid: number) => void;
  readonly run: (run: ReconcilerRun, bootId: string) => Promise<ReconcilerAnswer>;
  /** The newest stored record; empty when there is none. */
  readonly stored: () => readonly FoundEntry[];
  readonly clues: () => Clues;
}

export interface StormOptions {
  readonly seed: number;
  readonly steps: number;
}

/**
 * Plays a story that follows from the seed, and compares what the program records and plans with what really happened.
 * Throws the step at which they part, with the seed and what led there.
 */
export async function playStorm(stage: Stage, { seed, steps }: StormOptions): Promise<StormSummary> {
  const storm = new Storm(stage, seededRandom(seed));
  for (let at = 0; at < steps; at += 1) {
    try {
      await storm.step();
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      throw new Error(`STORM_SEED=${seed}, step ${at}: ${words}\n${storm.story.slice(-25).join('\n')}`, {
        cause: error,
      });
    }
  }
  return storm.summary;
}

export interface StormSummary {
  readonly looks: number;
  readonly created: number;
  /** How many entries were found gone, by the cause that was found. */
  readonly causes: ReadonlyMap<Cause, number>;
}

const names = ['ada', 'bob', 'cid', 'dot', 'eve'] as const;

/** How often each step is taken, relative to the others. */
const weights = {
  create: 20,
  openWindow: 8,
  splitWindow: 4,
  closePane: 6,
  endInDeadPane: 4,
  retakeName: 5,
  close: 10,
  rename: 6,
  optOut: 3,
  optIn: 2,
  kill: 8,
  stop: 7,
  reboot: 5,
  save: 24,
  plan: 6,
  apply: 12,
  restore: 5,
  forget: 4,
} as const;

type Step = keyof typeof weights;

const deck: readonly Step[] = Object.entries(weights).flatMap(([step, weight]) =>
  Array.from({ length: weight }, () => (isStep(step) ? [step] : [])).flat(),
);

class Storm {
  readonly story: string[] = [];
  private truth: Truth = { boot: 1, server: null, endings: new Map() };
  private record: ExpectedRecord | null = null;
  /** Numbers of the last good saves, newest first. */
  private saves: readonly number[] = [];
  private saveCount = 0;
  private serverCount = 0;
  private looks = 0;
  private created = 0;
  private readonly causes = new Map<Cause, number>();

  private readonly stage: Stage;
  private readonly random: SeededRandom;

  constructor(stage: Stage, random: SeededRandom) {
    this.stage = stage;
    this.random = random;
  }

  get summary(): StormSummary {
    const { looks, created, causes } = this;
    return { looks, created, causes };
  }

  async step(): Promise<void> {
    const step = this.random.oneOf(deck);
    switch (step) {
      case 'create':
        return this.create();
      case 'openWindow':
        return this.withSession('open a window in', (session) => this.grow(session, 'new-window'));
      case 'splitWindow':
        return this.withSession('split a window of', (session) => this.grow(session, 'split-window'));
      case 'closePane':
        return this.withSession('close a pane of', (session) => this.closePane(session));
      case 'endInDeadPane':
        return this.withSession('end in a dead pane of', (session) => this.endInDeadPane(session));
      case 'retakeName':
        return this.retakeName();
      case 'close':
        return this.withSession('close', (session) => this.close(session));
      case 'rename':
        return this.withSession('rename', (session) => this.rename(session));
      case 'optOut':
        return this.withSession('opt out', (session) => this.manage(session, false));
      case 'optIn':
        return this.withSession('opt in', (session) => this.manage(session, true));
      case 'kill':
        return this.endServer('violent');
      case 'stop':
        return this.endServer('orderly');
      case 'reboot':
        return this.reboot();
      case 'save':
        return this.save();
      case 'plan':
        return void (await this.plan([]));
      case 'apply':
        return this.apply([]);
      case 'restore':
        return this.apply(['server-stopped']);
      case 'forget':
        return this.forget();
    }
  }

  private create(): void {
    const name = this.random.oneOf(names);
    if (this.sessions.some((session) => session.name === name)) return;
    this.story.push(`create ${name}`);
    this.createWithFreshWindow(name);
  }

  /** As a terminal does that connects again: it knows the name, and nothing of what was there. */
  private retakeName(): void {
    const taken = new Set(this.sessions.map(({ name }) => name));
    const lost = (this.record?.entries ?? []).filter(({ state, name }) => state === 'gone' && !taken.has(name));
    if (lost.length === 0) return;
    const { name } = this.random.oneOf(lost);
    this.story.push(`a terminal takes ${name} again`);
    this.createWithFreshWindow(name);
  }

  private createWithFreshWindow(name: string): void {
    const tmuxId = this.stage.tmux('new-session', '-d', '-P', '-F', '#{session_id}', '-s', name, 'exec cat').trim();
    this.setSessions([...this.sessions, { tmuxId, name, managed: true, windows: 1 }]);
  }

  private grow({ tmuxId }: RunningSession, how: 'new-window' | 'split-window'): void {
    if (this.panesOf(tmuxId).length < 6) this.stage.tmux(how, '-d', '-t', `${tmuxId}:`, 'exec cat');
    this.countWindows(tmuxId);
  }

  /** A window goes with its last pane, and a session with its last window. */
  private closePane(session: RunningSession): void {
    const panes = this.panesOf(session.tmuxId);
    if (panes.length < 2) return this.close(session);
    this.stage.tmux('kill-pane', '-t', this.random.oneOf(panes).pane);
    this.countWindows(session.tmuxId);
  }

  private endInDeadPane({ tmuxId }: RunningSession): void {
    const { pane, pid, isDead } = this.random.oneOf(this.panesOf(tmuxId));
    if (isDead) return;
    this.stage.tmux('set-option', '-p', '-t', pane, 'remain-on-exit', 'on');
    this.stage.endProcess(pid);
    waitUntil(() => {
      // tmux 3.3a misses the end of about every fourth process until the next one ends (measured), so one is given to it.
      this.stage.tmux('run-shell', 'true');
      return this.panesOf(tmuxId).some((one) => one.pane === pane && one.isDead);
    }, 'a dead pane');
  }

  private panesOf(
    tmuxId: string,
  ): readonly { readonly pane: string; readonly pid: number; readonly isDead: boolean }[] {
    const rows = this.stage.tmux('list-panes', '-s', '-t', `${tmuxId}:`, '-F', '#{pane_id} #{pane_pid} #{pane_dead}');
    return rows
      .trim()
      .split('\n')
      .map((row) => {
        const [pane = '', pid, dead] = row.split(' ');
        return { pane, pid: Number(pid), isDead: dead === '1' };
      });
  }

  private countWindows(tmuxId: string): void {
    const windows = Number(this.stage.tmux('display-message', '-p', '-t', `${tmuxId}:`, '#{session_windows}'));
    this.setSessions(this.sessions.map((session) => (session.tmuxId === tmuxId ? { ...session, windows } : session)));
  }

  private withSession(verb: string, act: (session: RunningSession) => void): void {
    if (this.sessions.length === 0) return;
    const session = this.random.oneOf(this.sessions);
    this.story.push(`${verb} ${session.name}`);
    act(session);
  }

  private close({ tmuxId }: RunningSession): void {
    this.stage.tmux('kill-session', '-t', tmuxId);
    const rest = this.sessions.filter((session) => session.tmuxId !== tmuxId);
    if (rest.length > 0) return this.setSessions(rest);
    this.stage.awaitServerEnd();
    this.serverEnded('orderly');
  }

  private rename({ tmuxId }: RunningSession): void {
    const name = this.random.oneOf(names);
    if (this.sessions.some((session) => session.name === name)) return;
    this.story.push(`  to ${name}`);
    this.stage.tmux('rename-session', '-t', tmuxId, name);
    this.setSessions(this.sessions.map((session) => (session.tmuxId === tmuxId ? { ...session, name } : session)));
  }

  private manage({ tmuxId }: RunningSession, managed: boolean): void {
    this.stage.tmux('set-option', '-t', `${tmuxId}:`, '@persist', managed ? 'on' : 'off');
    this.setSessions(this.sessions.map((session) => (session.tmuxId === tmuxId ? { ...session, managed } : session)));
  }

  private endServer(how: 'violent' | 'orderly'): void {
    if (this.truth.server === null) return;
    this.story.push(how === 'violent' ? 'the server is killed' : 'the server is stopped');
    if (how === 'violent') this.stage.killServer();
    else {
      this.stage.tmux('kill-server');
      this.stage.awaitServerEnd();
    }
    this.serverEnded(how);
  }

  /** With or without an orderly shutdown, and a save during that; with /tmp emptied or not. */
  private async reboot(): Promise<void> {
    this.story.push('the host reboots');
    this.endServer(this.random.below(2) === 0 ? 'violent' : 'orderly');
    if (this.random.below(3) === 0) await this.save();
    if (this.random.below(2) === 0) this.stage.removeSocket();
    this.truth = { ...this.truth, boot: this.truth.boot + 1 };
  }

  private async save(): Promise<void> {
    this.story.push('save');
    const expected = this.look();
    const { result, diagnostics } = await this.untouched(() => this.ask({ kind: 'save' }));
    if (result !== 'saved' && result !== 'unchanged') throw new Error(`save: ${result}: ${diagnostics.join('; ')}`);
    this.keep(expected, 'new');
  }

  /** Checks the plan, and tells the names that it is to create and the record that it goes by. */
  private async plan(
    include: readonly Cause[],
  ): Promise<{ readonly creates: readonly string[]; readonly record: ExpectedRecord | null }> {
    this.story.push('plan');
    const expected = this.look();
    const { actions, result } = await this.untouched(() => this.ask({ kind: 'plan', include }));
    if (result !== 'planned') throw new Error(`plan: ${result}`);
    const found = actions.map(({ session, cause }) => ({ name: session, cause }));
    const entries = narrowedEntries(expected?.entries ?? [], found);
    const taken = new Set(this.sessions.map(({ name }) => name));
    const wanted = entries.flatMap((entry) => {
      if (entry.state === 'live' || taken.has(entry.name)) return [];
      return entry.causes.some((cause) => automatic.has(cause) || include.includes(cause)) ? [entry.name] : [];
    });
    const creates = [...new Set(wanted)].toSorted(compareText);
    const planned = actions.flatMap(({ action, as }) => (action === 'create' ? [as ?? ''] : []));
    // One that lost its name to a namesake that is less than it is waits until it is asked for.
    for (const { action, session } of actions) {
      if (action !== 'conflict' || taken.has(session) || creates.includes(session)) continue;
      throw new Error(`${session} is in conflict, and nobody has its name`);
    }
    if (planned.toSorted(compareText).join() !== creates.join()) {
      throw new Error(`to create are [${creates.join(', ')}], planned is [${planned.join(', ')}]`);
    }
    return { creates, record: expected === null ? null : { ...expected, entries } };
  }

  private async apply(include: readonly Cause[]): Promise<void> {
    this.story.push(include.length === 0 ? 'apply' : 'restore');
    const { creates, record } = await this.plan(include);
    const before = this.panes();
    const { result, actions, diagnostics } = await this.ask({ kind: 'apply', include });
    if (result !== 'applied') throw new Error(`apply: ${result}: ${diagnostics.join('; ')}`);
    const made = actions.flatMap(({ as, outcome }) => (outcome === 'created' ? [as ?? ''] : [])).toSorted(compareText);
    if (made.join() !== creates.join()) throw new Error(`created are [${made.join()}] instead of [${creates.join()}]`);
    this.created += made.length;

    const after = this.panes();
    for (const row of before) if (!after.includes(row)) throw new Error(`apply touched ${row}`);
    const known = new Set(this.sessions.map(({ tmuxId }) => tmuxId));
    this.keep(record, 'unseen');
    this.adoptSessions();
    const adopted = this.sessions.filter(({ tmuxId }) => !known.has(tmuxId));
    if (
      adopted
        .map(({ name }) => name)
        .toSorted(compareText)
        .join() !== made.join()
    ) {
      throw new Error(`apply left ${after.join(', ')}`);
    }
    for (const { name, windows } of adopted) {
      const wanted = (record?.entries ?? []).flatMap((entry) => (entry.name === name ? [entry.windows] : []));
      if (!wanted.includes(windows))
        throw new Error(`${name} came back with ${windows} windows, not ${wanted.join(' or ')}`);
    }
    this.keep(this.look(), 'same');
    const again = await this.ask({ kind: 'plan', include });
    if (again.pending) throw new Error(`apply, then plan is not empty: ${JSON.stringify(again.actions)}`);
  }

  private async forget(): Promise<void> {
    const session = this.random.oneOf(names);
    this.story.push(`forget ${session}`);
    const expected = this.look();
    const lost = (expected?.entries ?? []).filter(({ state, name }) => state === 'gone' && name === session);
    const { result } = await this.untouched(() => this.ask({ kind: 'forget', session }));
    const wanted = lost.length === 1 ? 'forgotten' : 'refused';
    if (result !== wanted) throw new Error(`forget ${session}: ${result} instead of ${wanted}`);
    if (expected === null || wanted === 'refused') return;
    const entries = expected.entries.map((entry) =>
      entry.state === 'gone' && entry.name === session ? { ...entry, causes: ['forgotten' as const] } : entry,
    );
    this.keep({ ...expected, entries }, 'new');
  }

  private get sessions(): readonly RunningSession[] {
    return this.truth.server?.sessions ?? [];
  }

  private setSessions(sessions: readonly RunningSession[]): void {
    if (this.truth.server === null) this.serverCount += 1;
    this.truth = { ...this.truth, server: { number: this.serverCount, sessions } };
  }

  private serverEnded(how: 'violent' | 'orderly'): void {
    const { server, endings } = this.truth;
    if (server === null) return;
    this.truth = { ...this.truth, server: null, endings: new Map([...endings, [server.number, how]]) };
  }

  /** Sessions that `apply` has made are in no step of the story. */
  private adoptSessions(): void {
    if (!this.stage.isServerRunning()) return;
    const rows = this.stage
      .tmux('list-sessions', '-F', '#{session_id} #{session_windows} #{session_name}')
      .trim()
      .split('\n');
    const known = new Map(this.sessions.map((session) => [session.tmuxId, session]));
    this.setSessions(
      rows.map((row) => {
        const [tmuxId = '', windows, name = ''] = row.split(' ');
        return known.get(tmuxId) ?? { tmuxId, name, managed: true, windows: Number(windows) };
      }),
    );
  }

  /** What a look must find now. */
  private look(): ExpectedRecord | null {
    this.looks += 1;
    const looking = { clues: this.stage.clues(), save: this.saveCount + 1, earlierSaves: this.saves };
    return expectedRecord(this.record, this.truth, looking);
  }

  /** Takes over what was stored; `unseen`: what was stored just now was written over before anybody could look at it. */
  private keep(expected: ExpectedRecord | null, occasion: 'new' | 'same' | 'unseen'): void {
    if (occasion !== 'same') {
      this.saveCount += 1;
      this.saves = [this.saveCount, ...this.saves].slice(0, 2);
    }
    const entries =
      occasion === 'unseen' ? (expected?.entries ?? []) : narrowedEntries(expected?.entries ?? [], this.stage.stored());
    for (const entry of entries) {
      if (entry.state !== 'gone' || entry.foundBy !== this.saveCount || occasion === 'same') continue;
      for (const cause of entry.causes) this.causes.set(cause, (this.causes.get(cause) ?? 0) + 1);
    }
    this.record = expected === null ? null : { ...expected, entries };
  }

  private ask(run: ReconcilerRun): Promise<ReconcilerAnswer> {
    return this.stage.run(run, `boot-${this.truth.boot}`);
  }

  private async untouched<Result>(work: () => Promise<Result>): Promise<Result> {
    const before = this.panes().join();
    const result = await work();
    const after = this.panes().join();
    if (before !== after) throw new Error(`what runs was touched: ${before}; ${after}`);
    return result;
  }

  private panes(): readonly string[] {
    if (this.truth.server === null && !this.stage.isServerRunning()) return [];
    const format = '#{pid} #{session_id} #{session_name} #{pane_id} #{pane_pid}';
    return this.stage.tmux('list-panes', '-a', '-F', format).trim().split('\n');
  }
}

const automatic: ReadonlySet<Cause> = new Set<Cause>(['reboot', 'server-died', 'killed']);

function isStep(text: string): text is Step {
  return text in weights;
}
