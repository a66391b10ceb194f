import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPending, type Action } from '../../src/core/plan/action.ts';
import { candidatesOf } from '../../src/core/plan/candidate.ts';
import { isWorthASnapshot } from '../../src/core/record/is-worth-a-snapshot.ts';
import {
  conversationsOf,
  panesOf,
  type LiveEntry,
  type Manifest,
  type SessionEntry,
  type Window,
} from '../../src/core/manifest.ts';
import type { Observation, ObservedSession } from '../../src/core/observation.ts';
import { planUser } from '../../src/core/plan/plan-user.ts';
import { record } from '../../src/core/record/record.ts';
import { asked, story } from '../support/arbitraries.ts';
import { situation } from '../support/builders.ts';
import { applied, nothingAsked, planned, saved, tell, type Save } from '../support/told-story.ts';
import { origin } from '../support/recording.ts';

/** More of them: STORY_RUNS=5000. */
const runs = { numRuns: Number(process.env['STORY_RUNS'] ?? 150) };

describe('whatever happens to a tmux server', () => {
  test('the live entries are the managed sessions that run', () => {
    everySave(({ manifest, observation }) => {
      const running = sessionsIn(observation).filter((session) => session.managed);
      const live = manifest.sessions.filter((entry) => entry.state === 'live');
      expect(live.map((entry) => [entry.name, entry.tmuxId])).toEqual(
        running.map((session) => [session.name, session.tmuxId]).toSorted(byText),
      );
    });
  });

  test('no session leaves the record', () => {
    everySave((save) => {
      for (const entry of save.previous?.sessions ?? []) {
        expect(
          save.manifest.sessions.some((one) => isThatSession(entry, one, save)),
          `${entry.state} ${entry.name} is still there`,
        ).toBe(true);
      }
    });
  });

  test('a conversation that is to come back leaves the record only for another one in its pane or into an opted-out session', () => {
    everySave(({ previous, manifest, observation }) => {
      for (const entry of previous?.sessions ?? []) {
        for (const { id } of conversationsOf(entry)) {
          const kept = manifest.sessions.some((one) => keeps(one, id));
          const replaced = sessionsIn(observation).some((session) => hasTakenThePaneOf(id, entry, session));
          const movedOut = sessionsIn(observation).some((session) => !session.managed && idsIn(session).includes(id));
          expect(kept || replaced || movedOut, `${id} of ${entry.name} is still there`).toBe(true);
        }
      }
    });
  });

  test('what was lost in a crash is in the next plan', () => {
    everySave((save) => {
      if (!tellsOfACrash(save)) return;
      const actions = plannedAfter(save);
      for (const entry of vanished(save)) {
        const ids = conversationsOf(entry).map((one) => one.id);
        const offered = actions.flatMap((action) => ('windows' in action ? idsIn(action) : []));
        const here = sessionsIn(save.observation).flatMap(idsIn);
        for (const id of ids) expect([...offered, ...here], `${id} of ${entry.name}`).toContain(id);
        if (ids.length > 0) continue;
        const names = actions.flatMap((action) => (action.action === 'create' ? [action.as] : []));
        const taken = sessionsIn(save.observation).map((session) => session.name);
        expect([...names, ...taken]).toContain(entry.name);
      }
    });
  });

  test('what a person closed is not created unasked', () => {
    everyStory(({ saves }) => {
      let conversations = new Set<string>();
      // By name, with how many windows it had: one that had more, and lost its name to it, is another session.
      const shells = new Map<string, number>();
      for (const save of saves) {
        const running = sessionsIn(save.observation);
        if (isQuiet(save)) {
          for (const entry of vanished(save)) {
            const { name, windows } = entry;
            if (conversationsOf(entry).length === 0) {
              shells.set(name, Math.max(windows.length, shells.get(name) ?? 0));
            }
            for (const { id } of conversationsOf(entry)) conversations.add(id);
          }
          for (const id of endedIn(save)) conversations.add(id);
        }
        conversations = without(conversations, running.flatMap(idsIn));
        for (const session of running) shells.delete(session.name);
        for (const action of plannedAfter(save)) {
          if (action.action !== 'create') continue;
          expect(idsIn(action).filter((id) => conversations.has(id))).toEqual([]);
          if (idsIn(action).length > 0) continue;
          expect(action.windows.length, `windows of a shell ${action.as}`).toBeGreaterThan(shells.get(action.as) ?? 0);
        }
      }
    });
  });

  test('a session that was opted out is not created, but when it is named', () => {
    everySave((save) => {
      const actions = [...plannedAfter(save), ...plannedAfter(save, { ...nothingAsked, all: true })];
      expect(actions.filter((action) => isPending(action) && action.candidate.cause === 'forgotten')).toEqual([]);
    });
  });

  test('a live entry says of each pane what runs in it, with its arguments', () => {
    everySave(({ manifest, observation }) => {
      const running = sessionsIn(observation).filter((session) => session.managed);
      for (const session of running) {
        const entry = manifest.sessions.find((one) => one.state === 'live' && one.tmuxId === session.tmuxId);
        expect(entry?.windows.map(startsOf)).toEqual(session.windows.map(startsOf));
      }
    });
  });

  test('whatever has changed that a restore would use is worth a snapshot', () => {
    everySave(({ previous, manifest }) => {
      if (previous === null || isDeepStrictEqual(startsIn(previous), startsIn(manifest))) return;
      expect(isWorthASnapshot(previous, manifest)).toBe(true);
    });
  });

  test('a lost session is not back for a namesake with fewer windows', () => {
    everySave(({ previous, manifest, observation }) => {
      for (const entry of vanished({ previous, manifest, observation })) {
        const namesake = sessionsIn(observation).find(({ managed, name }) => managed && name === entry.name);
        if (namesake === undefined || namesake.windows.length >= entry.windows.length) continue;
        const lost = manifest.sessions.filter(({ state, name }) => state === 'gone' && name === entry.name);
        expect(lost.map(({ tmuxId }) => tmuxId)).toContain(entry.tmuxId);
      }
    });
  });

  test('saving again at once is not worth a snapshot', () => {
    everySave(({ manifest, observation, evidence, now }) => {
      const again = { ...evidence, oomKilled: false, recentSaves: [now, ...evidence.recentSaves].slice(0, 2) };
      const next = record(manifest, observation, again, now, origin);
      expect(next === null || isWorthASnapshot(manifest, next)).toBe(false);
      expect(next?.sessions.map((entry) => entry.windows)).toEqual(manifest.sessions.map((entry) => entry.windows));
    });
  });

  test('neither record nor plan depends on the order in which things are listed', () => {
    everySave((save) => {
      const { previous, manifest, observation, evidence, now } = save;
      const turned = reversed(observation);
      expect(record(previous, turned, evidence, now, origin)).toEqual(manifest);
      const candidates = candidatesOf(manifest);
      const actions = planUser(situation([], { candidates, observation }));
      expect(planUser(situation([], { candidates, observation }))).toEqual(actions);
      expect(planUser(situation([], { candidates: candidates.toReversed(), observation: turned }))).toEqual(actions);
    });
  });

  test('every entry has exactly one line in a plan', () => {
    everySave((save) => {
      expect(plannedAfter(save).map((action) => action.candidate.session)).toEqual(save.manifest.sessions);
    });
  });

  test('apply, then the plan is empty', () => {
    fc.assert(
      fc.property(story, asked, (steps, what) => {
        const { end } = tell(steps);
        const done = applied(end.world, planned(end, what));
        const { telling } = saved({ ...end, ...done, minutes: end.minutes + 5 }, []);
        expect(planned(telling, what).filter(isPending)).toEqual([]);
      }),
      runs,
    );
  });
});

function everyStory(check: (told: ReturnType<typeof tell>) => void): void {
  fc.assert(
    fc.property(story, (steps) => {
      check(tell(steps));
    }),
    runs,
  );
}

function everySave(check: (save: Save) => void): void {
  everyStory(({ saves }) => {
    for (const save of saves) check(save);
  });
}

function plannedAfter({ manifest, observation }: Save, what = nothingAsked): readonly Action[] {
  const selection = { ...situation([]).selection, ...what };
  return planUser(situation([], { candidates: candidatesOf(manifest), observation, selection }));
}

function isThatSession(was: SessionEntry, is: SessionEntry, save: Save): boolean {
  const { previous: earlier, manifest: later, evidence } = save;
  const hasAll = conversationsOf(was).every(({ id }) => idsIn(is).includes(id));
  const isNamesakeWithAll = was.name === is.name && hasAll && is.windows.length >= was.windows.length;
  if (is.state === 'live') {
    const onSameServer = isSameServer(earlier, later) && was.state === 'live' && was.tmuxId === is.tmuxId;
    const wasMadeOfIt = evidence.made.some(({ entry, tmuxId }) => entry === was && tmuxId === is.tmuxId);
    return onSameServer || isNamesakeWithAll || wasMadeOfIt;
  }
  const isRenamed = is.cause === 'forgotten' && isSameServer(earlier, later) && was.tmuxId === is.tmuxId;
  return (was.name === is.name || isRenamed) && was.windows.every((one, at) => isDeepStrictEqual(one, is.windows[at]));
}

function hasTakenThePaneOf(id: string, entry: SessionEntry, session: ObservedSession): boolean {
  if (session.tmuxId !== entry.tmuxId) return false;
  const places = new Set(
    panesOf(entry).flatMap(({ conversation, tmuxId }) => (conversation?.id === id ? [tmuxId] : [])),
  );
  return panesOf(session).some(({ conversation, tmuxId }) => conversation !== null && places.has(tmuxId));
}

/**
 * Conversations that ran at the save before and do not run now; without those whose pane another one has taken, which leave the
 * record: an older entry that lost such a one in a crash brings it back.
 */
function endedIn({ previous, observation }: Save): readonly string[] {
  const panes = sessionsIn(observation).flatMap(panesOf);
  const here = new Set(panes.flatMap(({ conversation }) => conversation?.id ?? []));
  const taken = new Set(panes.flatMap(({ conversation, tmuxId }) => (conversation === null ? [] : [tmuxId])));
  const ran = (previous?.sessions ?? []).flatMap((entry) => (entry.state === 'live' ? panesOf(entry) : []));
  return ran.flatMap(({ conversation, tmuxId }) => {
    if (conversation === null || conversation.ended !== null || here.has(conversation.id)) return [];
    return taken.has(tmuxId) ? [] : [conversation.id];
  });
}

/** Wherever in the entry. */
function keeps(entry: SessionEntry, id: string): boolean {
  return JSON.stringify(entry).includes(`"id":"${id}"`);
}

function startsIn({ sessions }: Manifest) {
  return sessions.flatMap(({ state, name, windows }) => (state === 'live' ? [[name, windows.map(startsOf)]] : []));
}

/** What runs in the panes of a window: a conversation that has ended there does not. */
function startsOf({ panes }: Pick<Window, 'panes'>): readonly (readonly [string, readonly string[]] | null)[] {
  return panes.map(({ conversation, agent }) =>
    conversation === null || conversation.ended !== null ? null : [conversation.id, agent?.launch.args ?? []],
  );
}

/** Entries that were live and whose session or conversations do not run any more under their name. */
function vanished({
  previous,
  manifest,
  observation,
}: Pick<Save, 'previous' | 'manifest' | 'observation'>): readonly LiveEntry[] {
  const running = sessionsIn(observation);
  return (previous?.sessions ?? []).flatMap((entry) => {
    if (entry.state === 'gone') return [];
    const continued = isSameServer(previous, manifest) && running.some((one) => one.tmuxId === entry.tmuxId);
    const namesake = running.find((session) => session.managed && session.name === entry.name);
    const isBack = namesake !== undefined && conversationsOf(entry).every(({ id }) => idsIn(namesake).includes(id));
    return continued || isBack ? [] : [entry];
  });
}

function tellsOfACrash(save: Save): boolean {
  const { previous, manifest, observation, evidence } = save;
  if (previous === null) return false;
  if (previous.bootId !== evidence.bootId) return true;
  if (observation.kind === 'absent') return observation.socket === 'stale';
  if (isSameServer(previous, manifest)) return evidence.oomKilled;
  return previous.sessions.filter(({ state }) => state === 'live').length >= 2;
}

/** Nothing violent happened since the save before, and its server is still there. */
function isQuiet({ previous, manifest, evidence }: Save): boolean {
  return isSameServer(previous, manifest) && !evidence.oomKilled;
}

function isSameServer(earlier: Manifest | null, later: Manifest): boolean {
  return earlier !== null && later.server !== null && JSON.stringify(earlier.server) === JSON.stringify(later.server);
}

function sessionsIn(observation: Observation): readonly ObservedSession[] {
  return observation.kind === 'observed' ? observation.sessions : [];
}

function reversed(observation: Observation): Observation {
  return observation.kind === 'observed'
    ? { ...observation, sessions: observation.sessions.toReversed() }
    : observation;
}

function idsIn(session: { readonly windows: readonly Pick<Window, 'panes'>[] }): readonly string[] {
  return panesOf(session).flatMap((pane) => pane.conversation?.id ?? []);
}

function without(from: ReadonlySet<string>, some: readonly string[]): Set<string> {
  return new Set([...from].filter((one) => !some.includes(one)));
}

function byText(a: readonly string[], b: readonly string[]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1;
}
