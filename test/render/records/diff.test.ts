import stringWidth from 'string-width';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PaneAgent } from '../../../src/core/conversation.ts';
import type { LiveEntry, Pane, SessionEntry } from '../../../src/core/manifest.ts';
import { isPrintable } from '../../../src/core/text.ts';
import {
  compareRecords,
  diffDocument,
  differs,
  type RecordPair,
  renderDiffText,
} from '../../../src/render/records/diff.ts';
import { hunksBetween } from '../../../src/system/files/line-diff.ts';
import {
  claude,
  conversationIds,
  sampleAgent,
  sampleGone,
  sampleLive,
  sampleManifest,
  samplePane,
  sampleWindows,
} from '../../state/sample-manifest.ts';

const utcOffsetMinutes = (): number => 0;
const [first] = conversationIds;
const registry = { kind: 'conversation', source: 'registry', confidence: 'certain' } as const;

describe('the difference of two records', () => {
  test('is a unified diff with a heading that tells the place, and with the way a session ended', async () => {
    const before = [
      sampleLive({ name: 'logs' }),
      sampleLive({ windows: sampleWindows({}, { conversation: claude(first), agent: sampleAgent(registry) }) }),
    ];
    const after = [
      sampleGone({ name: 'logs', cause: 'closed' }),
      sampleLive({ windows: sampleWindows({}, { cwd: '/srv' }) }),
      sampleLive({ name: 'tripit', path: '/srv', windows: sampleWindows({ cwd: '/srv' }) }),
    ];
    expect(await textOf(pairOf(before, after))).toEqual([
      '--- emo 20261120T135951\t2026-11-20 13:59',
      '+++ emo now\t2026-11-20 13:59',
      '@@ -2,4 +2,4 @@ logs',
      '-session logs: live',
      '+session logs: gone, closed 2026-11-20 14:02',
      '   starts in /home/emo',
      '   window 0 (active)',
      '     pane 0 (active)',
      '@@ -15,10 +15,6 @@ notes, window 0, pane 1',
      '       shell /usr/bin/bash (login)',
      '       title devvm',
      '     pane 1',
      '-      in /home/emo/code',
      `-      claude ${first}`,
      '-      found by registry, certain',
      '-      version 2.1.329',
      '-      runs claude',
      '+      in /srv',
      '       shell /usr/bin/bash (login)',
      '       title devvm',
      '@@ -24,0 +21,7 @@ tripit',
      '+session tripit: live',
      '+  starts in /srv',
      '+  window 0 (active)',
      '+    pane 0 (active)',
      '+      in /srv',
      '+      shell /usr/bin/bash (login)',
      '+      title devvm',
    ]);
  });

  test('is told in a sentence when there is none', async () => {
    const pair = pairOf([sampleLive()], [sampleLive()]);
    expect(await textOf(pair)).toEqual(['emo: no difference between 20261120T135951 and now']);
  });

  test('does not depend on the order of the sessions, and puts a live one before its lost namesakes', async () => {
    const [a, b, lost] = [sampleLive({ name: 'a' }), sampleLive({ name: 'b' }), sampleGone({ name: 'b' })];
    const pair = pairOf([lost, b, a], [a, b, lost]);
    expect(compareRecords(pair, words).some(differs)).toBe(false);
    const facts = compareRecords(pair, words).flatMap(({ before }) => before.facts.map(({ text }) => text));
    expect(facts.filter((text) => text.startsWith('session'))).toEqual([
      'session a: live',
      'session b: live',
      'session b: gone, server died 2026-11-20 14:02',
    ]);
  });

  test('stays within 80 columns and cuts nothing off, however long a directory is', async () => {
    const cwd = `/srv/${'directory/'.repeat(20)}`;
    const lines = await textOf(pairOf([sampleLive()], [withPane({ cwd: `${cwd}a` })]));
    const other = await textOf(pairOf([sampleLive()], [withPane({ cwd: `${cwd}b` })]));
    expect(Math.max(...lines.map((line) => stringWidth(line)))).toBe(80);
    expect(lines).not.toEqual(other);
  });

  test('is coloured on a terminal only', async () => {
    const pair = pairOf([], [sampleLive()]);
    const coloured = await textOf(pair, true);
    expect(coloured).toContain('\x1b[32m+session notes: live\x1b[39m');
    expect((await textOf(pair)).join('')).not.toContain('\x1b');
  });

  test('is as JSON a list of what was removed and added, by session, window and pane', () => {
    const windows = sampleWindows({}, { cwd: '/srv', shell: null });
    const before = [sampleLive({ name: 'logs' }), sampleLive()];
    const pair = pairOf(before, [sampleLive({ name: 'logs' }), sampleLive({ windows })]);
    expect(diffDocument('emo', pair, compareRecords(pair, words))).toEqual({
      formatVersion: 1,
      kind: 'diff',
      user: 'emo',
      before: { snapshot: '20261120T135951', takenAt: '2026-11-20T13:59:51.204Z' },
      after: { snapshot: null, takenAt: '2026-11-20T13:59:51.204Z' },
      differs: true,
      differences: [
        { session: 'notes', window: 0, pane: null, removed: [], added: ['layout b25d,80x24,0,0,0'] },
        { session: 'notes', window: 0, pane: 1, removed: [], added: ['pane 1', 'in /srv', 'title devvm'] },
      ],
    });
  });
});

describe('what a record says', () => {
  const agent = sampleAgent(registry);
  const held = { conversation: claude(first), agent };
  test.each<[string, LiveEntry]>([
    ['its tmux ids', sampleLive({ tmuxId: '$7', windows: sampleWindows({ tmuxId: '%9' }) })],
    ['when it was seen', sampleLive({ lastSeenAt: '2026-11-20T15:00:00.000Z', createdAt: null })],
    ['the program in the foreground', withPane({ command: 'vim' })],
    ['a name that tmux gives', withWindow({ name: 'vim' })],
    ['the size of a single pane', withWindow({ layout: 'aaaa,133x44,0,0,0' })],
  ])('is nothing of %s', (_, entry) => {
    expect(differencesOf(entry)).toEqual([]);
  });

  test.each<[string, LiveEntry, string]>([
    ['a title', withPane({ title: 'notes' }), 'title notes'],
    ['zoom', withWindow({ zoomed: true }), 'window 0 (active) (zoomed)'],
    ['the last window', withWindow({ active: false, last: true }), 'window 0 (last)'],
    ['an option of a window', withWindow({ options: [{ name: '@a', value: 'b c' }] }), 'option @a b c'],
    ['an option of a session', withSettings({ options: [{ name: 'status', value: 'off' }] }), 'option status off'],
    ['a variable', withSettings({ environment: [{ name: 'A', value: 'b' }] }), 'sets A=b'],
    ['a hidden variable', withSettings({ environment: [{ name: 'A', value: null }] }), 'hides A'],
    ['what is not stored', withSettings({ withheld: ['MY_TOKEN'] }), 'MY_TOKEN is not stored'],
    [
      'a linked window',
      sampleLive({ links: [{ index: 3, owner: 'main', window: 1, active: false, last: true }] }),
      'window 3 (last) is window 1 of main',
    ],
    ['the window that it showed before', sampleLive({ sharedLastWindow: 2, windows: [] }), 'showed window 2 before'],
    ['another socket', sampleLive({ socket: '/tmp/other' }), 'on /tmp/other'],
    ['its start directory', sampleLive({ path: '/srv' }), 'starts in /srv'],
    ['the owner of its windows', sampleLive({ sharesWindowsOf: 'main', windows: [] }), 'shares the windows of main'],
    ['the window that it shows', sampleLive({ sharedWindow: 3, windows: [] }), 'shows window 3'],
    ['a name that the user gave', withWindow({ name: 'logs', automaticName: false }), 'window 0 logs (active)'],
    ['another active window', withWindow({ active: false }), 'window 0'],
    ['another active pane', withPane({ active: false }), 'pane 0'],
    ['a directory', withPane({ cwd: '/srv' }), 'in /srv'],
    ['another shell', withPane({ shell: { program: '/bin/zsh', login: false } }), 'shell /bin/zsh'],
    ['a conversation', withPane(held), `claude ${first}`],
    [
      'a conversation that ended',
      withPane({
        conversation: claude(first, { at: '2026-11-20T13:00:00.000Z', killed: true, killer: { kind: 'host' } }),
      }),
      `claude ${first} (killed by the kernel: the host had no memory)`,
    ],
    ['how it was found', withPane(held), 'found by registry, certain'],
    ['the version of an agent', withPane(held), 'version 2.1.329'],
    ['a new agent', withPane({ agent: { ...agent, found: { kind: 'fresh' } } }), 'claude, new'],
    [
      'an agent that nobody can tell apart',
      withPane({ agent: { ...agent, found: { kind: 'unidentified', reason: 'two claim it' } } }),
      'claude, conversation not known: two claim it',
    ],
    ['how it is started', launched({ args: ['--model', "o'pus"] }), String.raw`runs claude --model 'o'\''pus'`],
    ['what is not repeated', launched({ droppedArgs: ['--resume'] }), 'without --resume'],
    ['its environment', launched({ env: { AWS_PROFILE: 'work' } }), 'with AWS_PROFILE=work'],
    ['the directory of its conversation', launched({ directory: '/srv' }), 'resumes in /srv'],
    [
      'a conversation whose pane closed',
      sampleLive({ gonePanes: [{ ...samplePane(held), windowName: 'logs' }] }),
      'closed pane of window logs',
    ],
  ])('is of %s', (_, entry, expected) => {
    expect(differencesOf(entry).flatMap(({ added }) => added)).toContain(expected);
  });

  function launched(facts: Partial<PaneAgent['launch']>): LiveEntry {
    return withPane({ ...held, agent: { ...agent, launch: { ...agent.launch, ...facts } } });
  }
});

test('the configuration of the server is told of the record itself', () => {
  const { before, after } = pairOf([], []);
  const configured = { ...after, manifest: { ...after.manifest, configFiles: ['/etc/my.conf'] } };
  const { differences } = diffDocument(
    'emo',
    { before, after: configured },
    compareRecords({ before, after: configured }, words),
  );
  expect(differences).toEqual([
    { session: null, window: null, pane: null, removed: [], added: ['configuration /etc/my.conf'] },
  ]);
});

test('names and directories of users neither leave their line nor the 80 columns, and nothing differs from itself', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\x1b[2J', '\n+session a: live', '宽'.repeat(99)),
  );
  const entry = fc
    .record({ name: text, path: text, cwd: text, windowName: text })
    .map(({ name, path, cwd, windowName }) =>
      sampleLive({
        name,
        path,
        windows: sampleWindows({ cwd }).map((one) => ({ ...one, name: windowName, automaticName: false })),
      }),
    );
  const entries = fc.array(entry, { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(entries, entries, async (before, after) => {
      const lines = await textOf(pairOf(before, after));
      expect(lines.slice(2).filter((line) => !isPrintable(line))).toEqual([]);
      expect(lines.slice(2).filter((line) => stringWidth(line) > 80)).toEqual([]);
      expect(await textOf(pairOf(after, after))).toHaveLength(1);
    }),
  );
});

const words = { layout: (layout: string) => layout, utcOffsetMinutes };

function pairOf(before: readonly SessionEntry[], after: readonly SessionEntry[]): RecordPair {
  const snapshot = '20261120T135951';
  return {
    before: { snapshot, label: snapshot, manifest: sampleManifest(before) },
    after: { snapshot: null, label: 'now', manifest: sampleManifest(after) },
  };
}

async function textOf(pair: RecordPair, color = false): Promise<readonly string[]> {
  const diffs = await Promise.all(
    compareRecords(pair, words)
      .filter(differs)
      .map(async (part) => {
        const [before = [], after = []] = [part.before, part.after].map(({ lines }) => lines.map((line) => line.text));
        return { part, hunks: await hunksBetween(before, after) };
      }),
  );
  const text = renderDiffText('emo', pair, diffs, { color, utcOffsetMinutes });
  expect(text.endsWith('\n')).toBe(true);
  return text.slice(0, -1).split('\n');
}

function withPane(pane: Partial<Pane>): LiveEntry {
  return sampleLive({ windows: sampleWindows(pane) });
}

function withSettings(settings: Partial<LiveEntry['settings']>): LiveEntry {
  return sampleLive({ settings: { options: [], environment: [], withheld: [], ...settings } });
}

function withWindow(window: Partial<LiveEntry['windows'][number]>): LiveEntry {
  return sampleLive({ windows: sampleWindows({}).map((one) => ({ ...one, ...window })) });
}

/** The differences of a record of this session from one of a plain shell. */
function differencesOf(entry: LiveEntry): ReturnType<typeof diffDocument>['differences'] {
  const pair = pairOf([sampleLive()], [entry]);
  return diffDocument('emo', pair, compareRecords(pair, words)).differences;
}
