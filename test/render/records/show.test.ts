import { expect, test } from 'vitest';
import { renderManifestText, showDocument } from '../../../src/render/records/manifest.ts';
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

const options = { color: false, utcOffsetMinutes: () => 0, home: '/home/emo' };
const ownLimit = { kind: 'limit', cgroup: '/tmux-spawn-1.scope', limitMib: null } as const;
const ended = { at: '2026-11-20T13:00:00.000Z', killed: true, killer: ownLimit };
const manifest = sampleManifest([
  sampleLive({
    name: 'R730-cooling',
    windows: [
      ...sampleWindows(
        { cwd: '/home/emo/code/infra', conversation: claude(conversationIds[0]) },
        { cwd: '/srv', conversation: claude(conversationIds[1], ended) },
      ),
      {
        index: 3,
        name: 'logs',
        automaticName: false,
        active: false,
        layout: null,
        last: false,
        zoomed: false,
        options: [],
        panes: [samplePane()],
      },
    ],
  }),
  sampleGone({ name: 'scratch', cause: 'killed', killer: { kind: 'daemon', name: 'earlyoom' } }),
  sampleLive({ name: 'shared', sharesWindowsOf: 'R730-cooling', windows: [] }),
]);

test('a snapshot shows its sessions with windows, panes and how the gone ones ended', () => {
  expect(renderManifestText({ id: '20261120T135951', manifest }, options)).toBe(
    [
      'emo on devvm   snapshot 20261120T135951   taken 2026-11-20 13:59 UTC   3 sessions',
      '  R730-cooling   live',
      '    0: bash*     ~/code/infra   claude 3f36c85e',
      '                 /srv           claude a1b2c3d4 (killed by its own limit)',
      '    3: logs      ~/code         shell',
      '  scratch        killed 2026-11-20 14:02 by earlyoom',
      '    0: bash*     ~/code         shell',
      '  shared         live           shares the windows of R730-cooling',
      '',
    ].join('\n'),
  );
});

test('a snapshot names what is set on a session, and marks the last window, zoom and links', () => {
  const [window] = sampleWindows({});
  if (window === undefined) throw new Error('a window was wanted');
  const named = ['status', '@title', '@origin', '@a', '@b', '@c'].map((name) => ({ name, value: 'x' }));
  const entry = sampleLive({
    name: 'api',
    settings: { options: named, environment: [{ name: 'EDITOR', value: 'vi' }], withheld: ['API_TOKEN'] },
    windows: [
      { ...window, zoomed: true },
      { ...window, index: 4, active: false, last: true },
    ],
    links: [{ index: 7, owner: 'work', window: 2, active: false, last: false }],
  });
  const text = renderManifestText({ id: 'S', manifest: sampleManifest([entry]) }, options);
  const lines = text.split('\n').slice(2, -1);
  expect(lines.map((line) => line.trim().replaceAll(/ {2,}/g, '  '))).toEqual([
    'options: status, @title, @origin, @a, and 2 more',
    'variables: EDITOR',
    'not stored: API_TOKEN',
    '0: bash*Z  ~/code  shell',
    '4: bash-  ~/code  shell',
    '7: linked from work, window 2',
  ]);
});

test('a snapshot tells of each agent how its conversation was found, or why it was not', () => {
  const windows = sampleWindows(
    {
      conversation: claude(conversationIds[0]),
      agent: sampleAgent({ kind: 'conversation', source: 'child-environment', confidence: 'high' }),
    },
    { agent: sampleAgent({ kind: 'unidentified', reason: 'its record is another\x1b[31m' }) },
    { agent: sampleAgent({ kind: 'fresh' }) },
    { program: { argv: ['vim', 'notes.md'] } },
  );
  const text = renderManifestText({ id: 'S', manifest: sampleManifest([sampleLive({ windows })]) }, options);
  const shown = text.split('\n').slice(2, 6);
  expect(shown.map((line) => line.trim().replaceAll(/ {2,}/g, '  '))).toEqual([
    '0: bash*  ~/code  claude 3f36c85e  child-environment, high',
    String.raw`~/code  shell (claude: its record is another\x1b[31m)`,
    '~/code  claude, new',
    '~/code  vim notes.md',
  ]);
});

test('live sessions stand out in colour', () => {
  const text = renderManifestText({ id: 'S', manifest }, { ...options, color: true });
  expect(text).toContain('\x1b[32m  R730-cooling\x1b[39m');
});

test('the JSON of a snapshot is the manifest as it is', () => {
  expect(showDocument({ id: 'S', manifest })).toEqual({ formatVersion: 1, kind: 'show', snapshot: 'S', manifest });
});
