import { describe, expect, test } from 'vitest';
import { candidatesFromSnapshot } from '../../../src/core/plan/candidate.ts';
import type { Killer } from '../../../src/core/endings.ts';
import type { GoneEntry, Pane, SessionEntry } from '../../../src/core/manifest.ts';
import { defaultPolicy } from '../../../src/core/roster.ts';
import { nothingSelected } from '../../../src/core/plan/selection.ts';
import { renderPlanText } from '../../../src/render/plan/plan-text.ts';
import {
  claude,
  conversationIds,
  sampleAgent,
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

const options = { color: false, verbose: false, held: false, utcOffsetMinutes: () => 0 };
const withHeld = { ...options, held: true };

describe('the text of a plan', () => {
  test('shows what is to be created, and counts what is held, with the command that lists it', () => {
    expect(renderPlanText(samplePlan(samplePlannedUser('emo', designEntries)), options)).toBe(
      [
        'emo    tmux: no server (died 14:02)   snapshot 20261120T135951',
        '  + R730-cooling   ~/code/infra   claude 3f36c85e   3 windows',
        '  + notes          ~/code         shell',
        '  · 1 held: closed   tmux-persist plan emo --held',
        'Plan: 2 to create (+).',
        '',
      ].join('\n'),
    );
  });

  test('lists what is held when that is wanted, each with its command', () => {
    expect(renderPlanText(samplePlan(samplePlannedUser('emo', designEntries)), withHeld)).toBe(
      [
        'emo    tmux: no server (died 14:02)   snapshot 20261120T135951',
        '  + R730-cooling   ~/code/infra   claude 3f36c85e   3 windows',
        '  + notes          ~/code         shell',
        '  · scratch        ~              shell             closed 13:20',
        '      tmux-persist apply emo --session scratch',
        'Plan: 2 to create (+); 1 held (·).',
        '',
      ].join('\n'),
    );
  });

  test('holds its lines within 80 columns and on one screen, whatever a user closed', () => {
    const causes = ['closed', 'forgotten', 'server-stopped'] as const;
    const held = Array.from({ length: 2000 }, (_, at) =>
      sampleGone({ name: `job-${at}`, cause: causes[at % 3] ?? 'closed', goneAt: '2026-11-01T10:00:00.000Z' }),
    );
    const deep = `/home/emo/${'deep/'.repeat(30)}project`;
    const lost = [
      sampleGone({
        name: 'n'.repeat(60),
        windows: sampleWindows({ cwd: deep, conversation: claude(conversationIds[0]) }),
      }),
      killedAt('cooling', { kind: 'host' }),
    ];
    const lines = renderPlanText(samplePlan(samplePlannedUser('emo', [...held, ...lost])), options).split('\n');
    expect(lines).toEqual([
      'emo    tmux: no server (died 14:02)   snapshot 20261120T135951',
      '  + cooling          ~/code         shell             killed 14:02 by the kernel',
      '  + nnnnnnnnnnnnn…   …eep/project   claude 3f36c85e',
      '  · 2000 held: 667 closed, 667 forgotten, 666 server stopped',
      '      tmux-persist plan emo --held',
      'Plan: 2 to create (+).',
      '',
    ]);
  });

  test('sorts names as people count', () => {
    const entries = ['job-10', 'job-9', 'job-2', 'job'].map((name) => sampleGone({ name }));
    const lines = renderPlanText(samplePlan(samplePlannedUser('emo', entries)), options).split('\n');
    expect(lines.slice(1, 5).map((line) => line.split(/ +/)[2])).toEqual(['job', 'job-2', 'job-9', 'job-10']);
  });

  test('shows the directory in which the conversation runs, not that of the pane in front', () => {
    const [front, behind] = [{ cwd: '/home/emo' }, { cwd: '/srv/infra', conversation: claude(conversationIds[0]) }];
    const text = renderPlanText(samplePlan(samplePlannedUser('emo', [entry('a', front, behind)])), options);
    expect(text).toContain('  + a   /srv/infra   claude 3f36c85e\n');
  });

  test('says what the roster forbids instead of how its sessions were lost, where that is all', () => {
    const parked = { name: 'emo', logins: [], parked: true, isAdmin: false, mistake: null, policy: defaultPolicy };
    const user = samplePlannedUser('emo', [sampleGone(), sampleGone({ name: 'b' })], { rosterUser: parked });
    expect(renderPlanText(samplePlan(user), options)).toContain(
      '  · 2 held: its user is parked   tmux-persist plan emo --held\n',
    );
  });

  test('shows several users, each with what looking at their tmux gave', () => {
    const live = [sampleLive({ name: 'a' }), sampleLive({ name: 'b', tmuxId: '$2' })];
    const parked = { name: 'anca', logins: [], parked: true, isAdmin: false, mistake: null, policy: defaultPolicy };
    const text = renderPlanText(
      samplePlan(
        samplePlannedUser('wizard', live, { observation: observedFrom(live) }),
        samplePlannedUser('one', [], { observation: observedFrom(live.slice(0, 1)), snapshot: null }),
        samplePlannedUser('hung', designEntries, { observation: { kind: 'unknown', reason: 'no answer in 5 s' } }),
        samplePlannedUser('anca', [sampleGone()], { rosterUser: parked }),
        samplePlannedUser('left', [sampleGone({ name: 'x' })], { hasAccount: false, home: null }),
        samplePlannedUser('new', [], { snapshot: null }),
      ),
      options,
    );
    expect(text).toBe(
      [
        'wizard    tmux: 2 sessions   snapshot 20261120T135951',
        'one    tmux: 1 session   no snapshot yet',
        'hung    tmux: unknown: no answer in 5 s   snapshot 20261120T135951',
        'anca    tmux: no server (died 14:02)   parked   snapshot 20261120T135951',
        '  · 1 held: its user is parked   tmux-persist plan anca --held',
        'left    no account on this host   snapshot 20261120T135951',
        '  · 1 held: its user has no account on this host   tmux-persist plan left --held',
        'new    tmux: no server   no snapshot yet',
        'Plan: nothing to do; incomplete: 1 user could not be observed.',
        '',
      ].join('\n'),
    );
  });

  test('names the program that starts again, quoted for a shell, at most so long, and only while it is listed', () => {
    const unsure = sampleAgent({ kind: 'unidentified', reason: 'two are as likely' });
    const entries = [
      entry('agent', { agent: unsure }, { program: { argv: ['top'] } }),
      entry('beside', {}, { program: { argv: ['less', 'a b', '\u001b[31m'] } }),
      entry('long', { program: { argv: ['vim', ...Array.from({ length: 20 }, (_, at) => `chapter-${at}`)] } }),
      entry('notes', { program: { argv: ['vim', 'notes.md'] } }),
      entry('unlisted', { program: { argv: ['bot'] } }),
    ];
    const lines = renderPlanText(samplePlan(samplePlannedUser('emo', entries)), options).split('\n');
    expect(lines.slice(1, 6).map((line) => line.split(/ {2,}/)[3])).toEqual([
      'shell (claude: two are as likely)',
      String.raw`less 'a b' "$(printf '\033[31m')"`,
      'vim chapter-0 chapter-1 chapter-2 chapter-3 chapter-4 c…',
      'vim notes.md',
      'shell',
    ]);
  });

  test('says of an agent that it starts anew, or why it does not start', () => {
    const lines = renderPlanText(samplePlan(samplePlannedUser('emo', agentEntries)), options).split('\n');
    expect(lines.slice(1, 4).map((line) => line.replaceAll(/ {2,}/g, '  '))).toEqual([
      '  + fresh  ~/code  claude, new',
      '  + known  ~/code  claude 3f36c85e',
      '  + unsure  ~/code  shell (claude: two conversations are as likely)',
    ]);
  });

  test('says how a conversation was found when it is verbose', () => {
    const text = renderPlanText(samplePlan(samplePlannedUser('emo', agentEntries)), { ...options, verbose: true });
    expect(text).toContain('claude 3f36c85e (registry, certain)  ');
  });

  test('shows live sessions only when it is verbose', () => {
    const live = [sampleLive({ name: 'a' })];
    const plan = samplePlan(samplePlannedUser('emo', live, { observation: observedFrom(live) }));
    expect(renderPlanText(plan, options)).toBe(
      'emo    tmux: 1 session   snapshot 20261120T135951\nPlan: nothing to do.\n',
    );
    expect(renderPlanText(plan, { ...options, verbose: true })).toContain('\n  = a   ~/code   shell\n');
  });

  test('gives the command that solves a conflict, and the name beside once it was asked for', () => {
    const observation = observedFrom(conflictEntries.slice(0, 1));
    const left = renderPlanText(samplePlan(samplePlannedUser('emo', conflictEntries, { observation })), options);
    expect(left).toContain(
      '  ! notes   ~/code   claude 3f36c85e   its name is live without its conversation\n' +
        '      tmux-persist apply emo --session notes\n',
    );
    expect(left).toContain('Plan: nothing to do, 1 in conflict (!).\n');

    const selection = { ...nothingSelected, besideConflicts: true };
    const acting = renderPlanText(
      samplePlan(samplePlannedUser('emo', conflictEntries, { observation, selection })),
      options,
    );
    expect(acting).toContain('its name is live without its conversation\n      beside, as notes-1359\n');
    expect(acting).toContain('Plan: 1 to create beside (!).\n');
  });

  test('tells who killed a session, and who killed the server', () => {
    const entries = [
      killedAt('a', { kind: 'daemon', name: 'earlyoom' }),
      killedAt('b', { kind: 'host' }),
      killedAt('c', { kind: 'limit', cgroup: '/tmux-spawn-1.scope', limitMib: 6144 }),
      sampleGone({ name: 'd', killer: { kind: 'host' } }),
    ];
    expect(
      renderPlanText(samplePlan(samplePlannedUser('emo', entries)), options)
        .split('\n')
        .slice(0, 5),
    ).toEqual([
      'emo    tmux: no server (died 14:02, killed by the kernel for memory)',
      '  + a   ~/code   shell   killed 14:02 by earlyoom',
      '  + b   ~/code   shell   killed 14:02 by the kernel: the host had no memory',
      '  + c   ~/code   shell   killed 14:02 by its own limit of 6 GiB',
      '  + d   ~/code   shell',
    ]);
  });

  test('keeps such a line within 80 columns, unless everything is wanted', () => {
    const plan = samplePlan(samplePlannedUser('emo', [killedAt('a-long-name-of-a-session', { kind: 'host' })]));
    const lines = renderPlanText(plan, options).split('\n');
    expect(lines).toContain('  + a-long-name-of-a-session   ~/code   shell   killed 14:02 by the kernel');
    expect(renderPlanText(plan, { ...options, verbose: true })).toContain(
      'killed 14:02 by the kernel: the host had no memory\n',
    );
  });

  test('tells who killed the agent whose conversation it would resume', () => {
    const ended = { at: '2026-11-20T14:02:00.000Z', killed: true, killer: { kind: 'daemon', name: 'nohang' } } as const;
    const live = [sampleLive({ windows: sampleWindows({ conversation: claude(conversationIds[0], ended) }) })];
    const user = samplePlannedUser('emo', live, { observation: observedFrom([sampleLive()]) });
    expect(renderPlanText(samplePlan(user), withHeld)).toContain('claude 3f36c85e   killed 14:02 by nohang\n');
  });

  test('shows the day of a time that is not of today, and never the day alone', () => {
    const entries = [sampleGone({ goneAt: '2026-11-18T14:02:00.000Z' })];
    const plan = samplePlan(samplePlannedUser('emo', entries));
    expect(renderPlanText(plan, options)).toContain('(died 2026-11-18 14:02)');
    expect(renderPlanText(plan, { ...options, verbose: true })).toContain('server died 2026-11-18 14:02\n');
  });

  test('reads the clock in the zone it is given', () => {
    const plan = samplePlan(samplePlannedUser('emo', [sampleGone()]));
    expect(renderPlanText(plan, { ...options, utcOffsetMinutes: () => 120 })).toContain('(died 16:02)');
    expect(renderPlanText(plan, { ...options, utcOffsetMinutes: () => 540 })).toContain('(died 23:02)');
  });

  test('names the latest loss of the whole server, not that of one session', () => {
    const entries = [
      sampleGone({ name: 'a', cause: 'server-stopped', goneAt: '2026-11-20T09:00:00.000Z' }),
      sampleGone({ name: 'b', cause: 'reboot', goneAt: '2026-11-20T10:00:00.000Z' }),
      sampleGone({ name: 'c', cause: 'closed', goneAt: '2026-11-20T11:00:00.000Z' }),
    ];
    expect(renderPlanText(samplePlan(samplePlannedUser('emo', entries)), options)).toContain(
      'tmux: no server (host rebooted 10:00)',
    );
  });

  test('says which snapshot holds a session that the manifest does not', () => {
    const then = sampleManifest([sampleLive({ name: 'old' })]);
    const candidates = candidatesFromSnapshot('20261001T000000', then, null);
    const text = renderPlanText(samplePlan(samplePlannedUser('emo', [], { candidates })), withHeld);
    expect(text).toContain('in 20261001T000000\n      tmux-persist apply emo --session old\n');
  });

  test('shows the name that a session will get when it is another', () => {
    const plan = samplePlan(samplePlannedUser('emo', [sampleGone()]));
    const users = plan.users.map((user) => ({
      ...user,
      actions: user.actions.map((action) => (action.action === 'create' ? { ...action, as: 'notes-2' } : action)),
    }));
    expect(renderPlanText({ ...plan, users }, options)).toContain('  + notes   ~/code   shell      as notes-2\n');
  });

  test('quotes what a shell would read otherwise', () => {
    const names = ['-x', "it's", 'two  words', '$(reboot)', 'a\x1b[31mb'];
    const closed = names.map((name) => sampleGone({ name, cause: 'closed' }));
    const text = renderPlanText(samplePlan(samplePlannedUser('emo', closed)), withHeld);
    expect(text).toContain('apply emo --session=-x\n');
    expect(text).toContain(String.raw`--session 'it'\''s'` + '\n');
    expect(text).toContain("--session 'two  words'\n");
    expect(text).toContain("--session '$(reboot)'\n");
    expect(text).toContain(String.raw`--session "$(printf 'a\033[31mb')"` + '\n');
    expect(text).toContain(String.raw`  · a\x1b[31mb `);
  });

  test('cuts a name of 250 characters, and no other', () => {
    const long = 'n'.repeat(250);
    const entries = [sampleGone({ name: 'notes' }), sampleGone({ name: long })];
    const lines = renderPlanText(samplePlan(samplePlannedUser('emo', entries)), options).split('\n');
    expect(lines[1]).toMatch(/^ {2}\+ n{20,}… {3}~\/code {3}shell$/);
    expect(lines[1]).toHaveLength(80);
    expect(lines[2]).toMatch(/^ {2}\+ notes +~\/code {3}shell$/);
  });

  test('lines up wide characters by the cells they take', () => {
    const entries = [sampleGone({ name: 'wide-日本' }), sampleGone({ name: '🚀' }), sampleGone({ name: 'abcdefghi' })];
    const lines = renderPlanText(samplePlan(samplePlannedUser('emo', entries)), options).split('\n');
    expect(lines.slice(1, 4)).toEqual([
      '  + abcdefghi   ~/code   shell',
      '  + wide-日本   ~/code   shell',
      '  + 🚀          ~/code   shell',
    ]);
  });

  test('is coloured only when that is wanted, with the same text', () => {
    const plan = samplePlan(samplePlannedUser('emo', designEntries));
    const bare = renderPlanText(plan, options);
    const coloured = renderPlanText(plan, { ...options, color: true });
    expect(bare).not.toContain('\x1b');
    expect(coloured).toContain('\x1b[32m  + R730-cooling\x1b[39m   ~/code/infra');
    expect(coloured.replaceAll(/\x1b\[\d+m/g, '')).toBe(bare);
  });

  test('shows panes of a directory outside the home in full', () => {
    const entries = [sampleGone({ windows: sampleWindows({ cwd: '/home/emotional' }) })];
    expect(renderPlanText(samplePlan(samplePlannedUser('emo', entries)), options)).toContain(
      'notes   /home/emotional  ',
    );
  });
});

function entry(name: string, ...panes: readonly Partial<Pane>[]): SessionEntry {
  return sampleGone({ name, windows: sampleWindows(...panes) });
}

function killedAt(name: string, killer: Killer): GoneEntry {
  return sampleGone({ name, cause: 'killed', killer });
}
