import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { candidatesFromSnapshot } from '../../../src/core/plan/candidate.ts';
import { nothingSelected } from '../../../src/core/plan/selection.ts';
import { jsonText } from '../../../src/render/text/json-text.ts';
import { planDocument } from '../../../src/render/plan/plan-json.ts';
import {
  claude,
  conversationIds,
  sampleGone,
  sampleLive,
  sampleManifest,
  sampleWindows,
} from '../../state/sample-manifest.ts';
import {
  agentEntries,
  conflictEntries,
  designEntries,
  observedFrom,
  samplePlan,
  samplePlannedUser,
} from './sample-plan.ts';

const schema: object = JSON.parse(readFileSync(new URL('../../../schemas/plan.schema.json', import.meta.url), 'utf8'));
const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
const validate = ajv.compile(schema);

/** What the schema has against a document, as a parser would read it. */
function violationsOf(document: unknown): string {
  return validate(JSON.parse(jsonText(document))) ? '' : ajv.errorsText(validate.errors);
}

describe('the JSON of a plan', () => {
  test('tells everything that the text does', () => {
    const document = planDocument(samplePlan(samplePlannedUser('emo', designEntries.slice(0, 1))));
    expect(document).toEqual({
      formatVersion: 1,
      kind: 'plan',
      host: 'devvm',
      createdAt: '2026-11-20T14:05:00.000Z',
      roster: { path: '/etc/tmux-persist/roster.yaml', users: 1 },
      users: [
        {
          user: 'emo',
          observation: 'absent',
          reason: null,
          snapshot: '20261120T135951',
          actions: [
            {
              action: 'create',
              session: 'R730-cooling',
              socket: null,
              as: 'R730-cooling',
              cwd: '/home/emo/code/infra',
              conversation: {
                agent: 'claude',
                id: '3f36c85e-1111-4222-8333-444455556666',
                source: null,
                confidence: null,
              },
              agent: null,
              program: null,
              cause: 'server-died',
              killer: null,
              reason: 'its tmux server died',
              lastSeenAt: '2026-11-20T13:59:51.204Z',
              goneAt: '2026-11-20T14:02:00.000Z',
              fromSnapshot: null,
              pending: true,
              command: null,
              commandArgv: null,
            },
          ],
        },
      ],
      units: [],
      unitDropIns: [],
      unitOverrides: [],
      unitsLeftAlone: [],
      diagnostics: [],
      summary: { create: 1, resume: 0, conflict: 0, hold: 0, live: 0, units: 0 },
      pending: true,
      complete: true,
    });
  });

  test('gives the command for what is held or in conflict, and the name beside', () => {
    const entries = [...conflictEntries, sampleGone({ name: '-x', cause: 'closed' })];
    const observation = observedFrom(entries.slice(0, 1));
    const [user] = planDocument(samplePlan(samplePlannedUser('emo', entries, { observation }))).users;
    expect(user?.actions.map(({ action, as, command, pending }) => ({ action, as, command, pending }))).toEqual([
      { action: 'hold', as: '-x', command: 'tmux-persist apply emo --session=-x', pending: false },
      { action: 'live', as: 'notes', command: null, pending: false },
      {
        action: 'conflict',
        as: 'notes-1359',
        command: 'tmux-persist apply emo --session notes',
        pending: false,
      },
    ]);
  });

  test('tells of each agent how its conversation was found, or why it was not', () => {
    const [user] = planDocument(samplePlan(samplePlannedUser('emo', agentEntries))).users;
    const known = { name: 'claude', version: '2.1.329' };
    const told = user?.actions.map(({ session, conversation, agent }) => ({ session, conversation, agent }));
    expect(told).toEqual([
      { session: 'fresh', conversation: null, agent: { ...known, found: 'fresh', reason: null } },
      {
        session: 'known',
        conversation: { agent: 'claude', id: conversationIds[0], source: 'registry', confidence: 'certain' },
        agent: { ...known, found: 'conversation', reason: null },
      },
      {
        session: 'unsure',
        conversation: null,
        agent: { ...known, found: 'unidentified', reason: 'two conversations are as likely' },
      },
    ]);
  });

  test('tells who killed a session, in the reason and in words for programs', () => {
    const own = '/user.slice/tmux-spawn-1.scope';
    const entries = [
      sampleGone({ name: 'a', cause: 'killed', killer: { kind: 'daemon', name: 'earlyoom' } }),
      sampleGone({ name: 'b', cause: 'killed', killer: { kind: 'limit', cgroup: own, limitMib: 6144 } }),
      sampleGone({ name: 'c', killer: { kind: 'host' } }),
      sampleGone({ name: 'd', cause: 'killed' }),
    ];
    const document = planDocument(samplePlan(samplePlannedUser('emo', entries)));
    expect(document.users[0]?.actions.map(({ killer, reason }) => ({ killer, reason }))).toEqual([
      { killer: { by: 'earlyoom', cgroup: null, limitMib: null }, reason: 'it was killed by earlyoom' },
      { killer: { by: 'own-limit', cgroup: own, limitMib: 6144 }, reason: 'it was killed by its own limit of 6 GiB' },
      {
        killer: { by: 'host', cgroup: null, limitMib: null },
        reason: 'its tmux server was killed by the kernel: the host had no memory',
      },
      { killer: null, reason: 'it was killed for lack of memory' },
    ]);
    expect(violationsOf(document)).toBe('');
  });

  test('tells who killed the agent of a conversation that it offers', () => {
    const ended = { at: '2026-11-20T14:02:00.000Z', killed: true, killer: { kind: 'daemon', name: 'nohang' } } as const;
    const live = [sampleLive({ windows: sampleWindows({ conversation: claude(conversationIds[0], ended) }) })];
    const user = samplePlannedUser('emo', live, { observation: observedFrom([sampleLive()]) });
    expect(planDocument(samplePlan(user)).users[0]?.actions[0]?.killer?.by).toBe('nohang');
  });

  test('says why a user is left out', () => {
    const [hung, gone, parked, fine] = planDocument(
      samplePlan(
        samplePlannedUser('hung', [], { observation: { kind: 'unknown', reason: 'no answer in 5 s' } }),
        samplePlannedUser('gone', [], { hasAccount: false }),
        samplePlannedUser('parked', [], {
          rosterUser: { ...samplePlannedUser('parked', []).rosterUser, parked: true },
        }),
        samplePlannedUser('fine', []),
      ),
    ).users;
    expect([hung?.reason, gone?.reason, parked?.reason, fine?.reason]).toEqual([
      'no answer in 5 s',
      'no account',
      'parked',
      null,
    ]);
  });
});

describe('the schema of a plan', () => {
  test('accepts every kind of line, user and diagnostic', () => {
    const observation = observedFrom(conflictEntries.slice(0, 1));
    const candidates = candidatesFromSnapshot('20261001T000000', sampleManifest([sampleLive()]), null);
    const plan = samplePlan(
      samplePlannedUser('emo', designEntries),
      samplePlannedUser('vera', agentEntries),
      samplePlannedUser('wizard', conflictEntries, { observation }),
      samplePlannedUser('anca', conflictEntries, {
        observation,
        selection: { ...nothingSelected, besideConflicts: true },
      }),
      samplePlannedUser('old', [], { candidates }),
      samplePlannedUser('hung', [], { observation: { kind: 'unknown', reason: 'no answer' }, snapshot: null }),
      samplePlannedUser('left', designEntries, { hasAccount: false, home: null }),
    );
    const diagnostics = [{ severity: 'warning', code: 'no-account', user: null, message: 'x' } as const];
    expect(violationsOf(planDocument({ ...plan, diagnostics }))).toBe('');
    expect(violationsOf(planDocument({ ...plan, roster: { path: null, users: 1 } }))).toBe('');
  });

  test('accepts names that no terminal would', () => {
    const entries = ['\x1b[31m', '\ud83d', '', 'a\nb', 'n'.repeat(250)].map((name) =>
      sampleGone({ name, tmuxId: name }),
    );
    expect(violationsOf(planDocument(samplePlan(samplePlannedUser('emo', entries))))).toBe('');
  });

  test('accepts fields that a later version adds', () => {
    const document = planDocument(samplePlan(samplePlannedUser('emo', designEntries)));
    expect(violationsOf({ ...document, later: true })).toBe('');
  });

  test.each([
    ['another format version', { formatVersion: 2 }, 'formatVersion'],
    ['another kind', { kind: 'apply' }, 'kind'],
    ['a time in another form', { createdAt: 'yesterday' }, 'createdAt'],
    ['no verdict on completeness', { complete: undefined }, 'complete'],
    ['a summary that leaves out units', { summary: { create: 0 } }, 'units'],
    ['a user without actions', { users: [{ user: 'emo' }] }, 'actions'],
  ])('refuses %s', (_, change, named) => {
    const document = planDocument(samplePlan(samplePlannedUser('emo', designEntries)));
    expect(violationsOf({ ...document, ...change })).toContain(named);
  });

  test('refuses actions of a user who could not be observed', () => {
    const document = planDocument(samplePlan(samplePlannedUser('emo', designEntries)));
    const users = document.users.map((user) => ({ ...user, observation: 'unknown', reason: 'no answer' }));
    expect(violationsOf({ ...document, users })).toContain('actions');
  });

  test('refuses an unidentified agent without a reason', () => {
    const document = planDocument(samplePlan(samplePlannedUser('emo', agentEntries)));
    const agent = { name: 'claude', version: null, found: 'unidentified', reason: null };
    const users = document.users.map((user) => ({
      ...user,
      actions: user.actions.map((action) => ({ ...action, conversation: null, agent })),
    }));
    expect(violationsOf({ ...document, users })).toContain('reason');
  });
});
