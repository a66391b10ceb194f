import { expect } from 'vitest';
import { type Action, isPending } from '../../src/core/plan/action.ts';
import { candidatesOf } from '../../src/core/plan/candidate.ts';
import type { Evidence } from '../../src/core/record/evidence.ts';
import { type Manifest, type Pane, panesOf } from '../../src/core/manifest.ts';
import type { Observation } from '../../src/core/observation.ts';
import { planUser } from '../../src/core/plan/plan-user.ts';
import { record } from '../../src/core/record/record.ts';
import type { MadeSession } from '../../src/core/record/same-session.ts';
import { nothingSelected } from '../../src/core/plan/selection.ts';
import type { Asked, StoryStep } from './arbitraries.ts';
import { clock, situation, unreadable } from './builders.ts';
import { origin } from './recording.ts';
import {
  after,
  emptyWorld,
  isNameTaken,
  isRunning,
  look,
  type StartedPane,
  type World,
  type WorldEvent,
} from './tmux-world.ts';

/** A world and a program that saves and applies in it, every step five minutes after the one before. */
export interface Telling {
  readonly world: World;
  readonly manifest: Manifest | null;
  readonly minutes: number;
  readonly recentSaves: readonly string[];
  readonly oomKillsSaved: number;
  /** What an apply has just made of which entry; the save behind it knows. */
  readonly made: readonly MadeSession[];
}

/** A save that could look, with all that it went by. */
export interface Save {
  readonly previous: Manifest | null;
  readonly manifest: Manifest;
  readonly observation: Observation;
  readonly evidence: Evidence;
  readonly now: string;
  /** What happened since the save before. */
  readonly events: readonly WorldEvent[];
}

export const nothingAsked: Asked = { all: false, besideConflicts: false, include: [] };

/** Plays a story, always saving at its end; gives every save that could look, and how it all stands then. */
export function tell(steps: readonly StoryStep[]): { readonly saves: readonly Save[]; readonly end: Telling } {
  let telling: Telling = { world: emptyWorld, manifest: null, minutes: 0, recentSaves: [], oomKillsSaved: 0, made: [] };
  let events: WorldEvent[] = [];
  const saves: Save[] = [];
  const save = (): void => {
    const made = saved(telling, events);
    saves.push(made.save);
    telling = made.telling;
    events = [];
  };
  for (const step of [...steps, { kind: 'save' } as const]) {
    telling = { ...telling, minutes: telling.minutes + 5 };
    switch (step.kind) {
      case 'save':
        save();
        break;
      case 'fail-to-look':
        expect(record(telling.manifest, unreadable, evidenceOf(telling), clock(telling.minutes), origin)).toBe(
          telling.manifest,
        );
        break;
      case 'apply':
        save();
        telling = { ...telling, ...applied(telling.world, planned(telling, step.asked)) };
        save();
        break;
      default:
        telling = { ...telling, world: after(telling.world, step) };
        events.push(step);
    }
  }
  return { saves, end: telling };
}

/** What the program would do as the last save left things. */
export function planned({ manifest, world }: Pick<Telling, 'manifest' | 'world'>, asked: Asked): readonly Action[] {
  return planUser(
    situation([], {
      candidates: candidatesOf(manifest),
      observation: look(world),
      selection: { ...nothingSelected, ...asked },
    }),
  );
}

/** Does what a plan says, and insists that no name is taken and no conversation started a second time. */
export function applied(world: World, actions: readonly Action[]): Pick<Telling, 'world' | 'made'> {
  let next = world;
  const made: MadeSession[] = [];
  for (const action of actions.filter(isPending)) {
    if (action.action === 'resume') throw new Error('nothing was named, so nothing is to be resumed');
    const starts = panesOf(action).flatMap((pane) => pane.conversation?.id ?? []);
    expect(isNameTaken(next, action.as), `the name ${action.as} is free`).toBe(false);
    expect(new Set(starts).size, `${action.as} starts each conversation once`).toBe(starts.length);
    for (const id of starts) expect(isRunning(next, id), `${id} does not run yet`).toBe(false);
    const windows = action.windows.map((window) => window.panes.map(startedIn));
    next = after(next, { kind: 'create', name: action.as, windows });
    const tmuxId = next.sessions.find(({ name }) => name === action.as)?.tmuxId;
    if (tmuxId !== undefined) made.push({ entry: action.candidate.session, socket: null, tmuxId });
  }
  return { world: next, made };
}

function startedIn({ conversation, agent }: Pane): StartedPane {
  return { conversation: conversation?.id ?? null, args: conversation === null ? [] : (agent?.launch.args ?? []) };
}

export function saved(telling: Telling, events: readonly WorldEvent[]): { save: Save; telling: Telling } {
  const observation = look(telling.world);
  const evidence = evidenceOf(telling);
  const now = clock(telling.minutes);
  const manifest = record(telling.manifest, observation, evidence, now, origin);
  if (manifest === null) throw new Error('a record was wanted');
  return {
    save: { previous: telling.manifest, manifest, observation, evidence, now, events },
    telling: {
      ...telling,
      manifest,
      recentSaves: [now, ...telling.recentSaves].slice(0, 2),
      oomKillsSaved: telling.world.oomKills,
      made: [],
    },
  };
}

export function evidenceOf({ world, recentSaves, oomKillsSaved, made }: Telling): Evidence {
  return {
    bootId: `boot-${world.boot}`,
    initStartTime: '7',
    oomKilled: world.oomKills > oomKillsSaved,
    kills: [],
    serverEndings: [],
    serverEnd: null,
    recentSaves,
    made,
  };
}
