import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Admission, type GateRules, openStartGate } from '../../../src/reconcile/apply/start-gate.ts';
import type { StartSlots } from '../../../src/reconcile/apply/start-slots.ts';

const rules: GateRules = {
  atOnce: 2,
  memoryFloorMib: 512,
  readAvailableMib: () => null,
  isSilent: () => false,
  slots: slotsOf(Infinity),
  get signal() {
    return new AbortController().signal;
  },
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the gate for starting agents', () => {
  test('lets in as many as may start at once, and the next when one runs', async () => {
    const gate = openStartGate(rules);
    const [first, second, third] = [enter(gate, 'emo'), enter(gate, 'emo'), enter(gate, 'emo')];
    await settled();
    expect([first, second, third].map(({ admission }) => admission?.kind)).toEqual(['admitted', 'admitted', undefined]);

    leave(first);
    await settled();

    expect(third.admission?.kind).toBe('admitted');
  });

  test('counts agents and not sessions, and lets a session of more than may start at once in alone', async () => {
    const gate = openStartGate(rules);
    const [pair, single, four, last] = [2, 1, 4, 1].map((agents) => enter(gate, 'emo', agents));
    const admitted = (): readonly (string | undefined)[] =>
      [pair, single, four, last].map((one) => one?.admission?.kind);
    await settled();
    expect(admitted()).toEqual(['admitted', undefined, undefined, undefined]);
    if (pair !== undefined) leave(pair);
    await settled();
    expect(admitted()).toEqual(['admitted', 'admitted', undefined, undefined]);
    if (single !== undefined) leave(single);
    await settled();
    expect(admitted()).toEqual(['admitted', 'admitted', 'admitted', undefined]);
  });

  test('is held by an agent that shows nothing for 5 s, and no longer', async () => {
    const gate = openStartGate({ ...rules, atOnce: 1 });
    enter(gate, 'emo');
    const next = enter(gate, 'emo');
    await vi.advanceTimersByTimeAsync(4_900);
    expect(next.admission).toBeNull();
    await vi.advanceTimersByTimeAsync(200);
    expect(next.admission?.kind).toBe('admitted');
  });

  test.each([1, 2])('keeps nobody waiting for one user’s silent agents, with %i at once', async (atOnce) => {
    const gate = openStartGate({ ...rules, atOnce });
    const silent = Array.from({ length: 85 }, () => enter(gate, 'emo'));
    let lastMs = 0;
    const begunMs = performance.now();
    const quick = async (): Promise<void> => {
      let next = gate.enter('anca', 1);
      for (let at = 0; at < 20; at += 1) {
        const admission = await next;
        // As for a user's sessions: the next one is begun while the last one starts.
        next = gate.enter('anca', 1);
        await new Promise((resolve) => setTimeout(resolve, 200));
        if (admission.kind === 'admitted') admission.leave();
      }
      lastMs = performance.now() - begunMs;
    };
    const done = quick();
    await vi.advanceTimersByTimeAsync(15_000);
    await done;

    // Hers take 4 s by themselves, and one turn of his is 5 s.
    expect(lastMs).toBeLessThan(10_000);
    expect(silent.filter(({ admission }) => admission !== null).length).toBeLessThanOrEqual(3 * atOnce);
  });

  test('lets an agent that was slow leave once only', async () => {
    const gate = openStartGate({ ...rules, atOnce: 1 });
    const [first, second, third] = [enter(gate, 'emo'), enter(gate, 'emo'), enter(gate, 'emo')];
    await vi.advanceTimersByTimeAsync(5_100);
    leave(first);
    await settled();
    expect([second.admission?.kind, third.admission]).toEqual(['admitted', null]);
  });

  test('defers all while memory is short', async () => {
    const gate = openStartGate({ ...rules, readAvailableMib: () => 100 });
    const wanted = [enter(gate, 'emo'), enter(gate, 'anca'), enter(gate, 'emo')];
    await settled();
    expect(wanted.map(({ admission }) => admission?.kind)).toEqual(['deferred', 'deferred', 'deferred']);
  });

  test('leaves the rest of a user’s silent agents for another run after 5 minutes, and those of nobody else', async () => {
    const gate = openStartGate({ ...rules, isSilent: (user) => user === 'emo' });
    const early = enter(gate, 'emo');
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    const late = [enter(gate, 'emo'), enter(gate, 'anca')];
    await settled();
    expect([early, ...late].map(({ admission }) => admission?.kind)).toEqual(['admitted', 'deferred', 'admitted']);
  });

  test('lets nobody wait any longer once the run is told to end', async () => {
    const controller = new AbortController();
    const gate = openStartGate({ ...rules, atOnce: 1, signal: controller.signal });
    enter(gate, 'emo');
    const waiting = gate.enter('emo', 1);
    controller.abort(new Error('SIGTERM'));
    await expect(waiting).rejects.toThrow('SIGTERM');
    await expect(gate.enter('anca', 1)).rejects.toThrow('SIGTERM');
  });

  test('lets no more in than the host has room for, however many runs there are', async () => {
    const slots = slotsOf(2);
    const [boot, button] = [openStartGate({ ...rules, slots }), openStartGate({ ...rules, slots })];
    const [first, second, third, fourth] = [
      enter(boot, 'emo'),
      enter(button, 'anca'),
      enter(boot, 'emo'),
      enter(button, 'anca'),
    ];
    const admitted = (): readonly (string | undefined)[] =>
      [first, second, third, fourth].map(({ admission }) => admission?.kind);
    await settled();
    expect(admitted()).toEqual(['admitted', 'admitted', undefined, undefined]);
    leave(second);
    await settled();
    expect(admitted()).toEqual(['admitted', 'admitted', 'admitted', undefined]);
    leave(first);
    await settled();
    expect(admitted()).toEqual(['admitted', 'admitted', 'admitted', 'admitted']);
  });

  test('counts the 5 s of a turn from when the host has room', async () => {
    const slots = slotsOf(1);
    const [one, other] = [openStartGate({ ...rules, slots }), openStartGate({ ...rules, slots })];
    const [first, second, third] = [enter(one, 'emo'), enter(other, 'anca'), enter(other, 'anca')];
    await vi.advanceTimersByTimeAsync(4_000);
    leave(first);
    await vi.advanceTimersByTimeAsync(4_900);
    expect([second.admission?.kind, third.admission]).toEqual(['admitted', null]);
    await vi.advanceTimersByTimeAsync(200);
    expect(third.admission?.kind).toBe('admitted');
  });

  test('gives back what it took for one that is deferred', async () => {
    const slots = slotsOf(1);
    const deferred = enter(openStartGate({ ...rules, slots, readAvailableMib: () => 100 }), 'emo');
    await settled();
    expect(deferred.admission?.kind).toBe('deferred');
    const next = enter(openStartGate({ ...rules, slots }), 'emo');
    await settled();
    expect(next.admission?.kind).toBe('admitted');
  });

  test('leaves the room of the host to others when the run ends while it waits for it', async () => {
    const slots = slotsOf(1);
    const holder = enter(openStartGate({ ...rules, slots }), 'emo');
    const controller = new AbortController();
    const waiting = openStartGate({ ...rules, slots, signal: controller.signal }).enter('anca', 1);
    await settled();
    controller.abort(new Error('SIGTERM'));
    await expect(waiting).rejects.toThrow('SIGTERM');
    leave(holder);
    const next = enter(openStartGate({ ...rules, slots }), 'emo');
    await settled();
    expect(next.admission?.kind).toBe('admitted');
  });
});

/** Room for so many agents, as several runs on a host share it: who asked first gets it first. */
function slotsOf(count: number): StartSlots {
  let free = count;
  let waiting: readonly { readonly agents: number; readonly begin: () => void }[] = [];
  const serve = (): void => {
    const [next, ...others] = waiting;
    if (next === undefined || next.agents > free) return;
    free -= next.agents;
    waiting = others;
    next.begin();
    serve();
  };
  const take = async (agents: number): Promise<() => void> => {
    await new Promise<void>((begin) => {
      waiting = [...waiting, { agents, begin }];
      serve();
    });
    return () => {
      free += agents;
      serve();
    };
  };
  return { take, close: () => {} };
}

interface Entering {
  admission: Admission | null;
}

function enter(gate: ReturnType<typeof openStartGate>, user: string, agents = 1): Entering {
  const entering: Entering = { admission: null };
  void gate.enter(user, agents).then(
    (admission) => (entering.admission = admission),
    () => {},
  );
  return entering;
}

function leave({ admission }: Entering): void {
  if (admission?.kind !== 'admitted') throw new Error('it was not let in');
  admission.leave();
}

async function settled(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}
