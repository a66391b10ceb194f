import { describe, expect, test } from 'vitest';
import type { Manifest, SessionEntry } from '../../../src/core/manifest.ts';
import type { Observation, ObservedSession } from '../../../src/core/observation.ts';
import { record } from '../../../src/core/record/record.ts';
import { noSettings } from '../../../src/core/settings.ts';
import { clock, evidence, live, manifest, observed, seen, serverB } from '../../support/builders.ts';

const settings = { ...noSettings, options: [{ name: '@title', value: 'x' }] };
const options = [{ name: 'synchronize-panes', value: 'on' }];
const stored = withWindow(live('api', { settings }), { options });

describe('a look that did not read the settings', () => {
  test('leaves those of the same session as they were recorded', () => {
    const after = next(manifest([stored]), observed([withoutSettings(seen('api'))]));
    expect(after).toMatchObject({ settings, windows: [{ options }] });
  });

  test('gives none to a session that was not recorded, or that runs on another server', () => {
    for (const previous of [null, manifest([stored], { server: serverB })]) {
      const after = next(previous, observed([withoutSettings(seen('api', { tmuxId: '$0' }))]));
      expect(after).toMatchObject({ settings: noSettings, windows: [{ options: [] }] });
    }
  });
});

test('settings that were read replace the recorded ones, even when nothing is set any more', () => {
  const after = next(manifest([stored]), observed([seen('api')]));
  expect(after).toMatchObject({ settings: noSettings, windows: [{ options: [] }] });
});

describe('the title of a pane', () => {
  test('is taken while its shell waits at the prompt', () => {
    const after = next(manifest([stored]), observed([titled('logs', { idle: true })]));
    expect(titleIn(after)).toBe('logs');
  });

  test('stays as it was while a program animates it', () => {
    const after = next(manifest([stored]), observed([titled('⠐ 37 %', { idle: false })]));
    expect(titleIn(after)).toBe('devvm');
  });

  test('is what it is when the pane is seen for the first time', () => {
    const after = next(null, observed([titled('⠐ 37 %', { idle: false })]));
    expect(titleIn(after)).toBe('⠐ 37 %');
  });
});

function next(previous: Manifest | null, observation: Observation): SessionEntry | undefined {
  const origin = { user: 'emo', uid: 1001, host: 'devvm' };
  return record(previous, observation, evidence(), clock(5), origin)?.sessions.find(({ state }) => state === 'live');
}

function withWindow<Session extends Pick<SessionEntry, 'windows'>>(session: Session, parts: object): Session {
  return { ...session, windows: session.windows.map((window) => ({ ...window, ...parts })) };
}

function withoutSettings(session: ObservedSession): ObservedSession {
  return { ...session, settings: null, windows: session.windows.map((window) => ({ ...window, options: null })) };
}

function titled(title: string, { idle }: { readonly idle: boolean }): ObservedSession {
  const session = seen('api', { idlePanes: idle ? ['%00'] : [] });
  const windows = session.windows.map((window) => ({
    ...window,
    panes: window.panes.map((pane) => ({ ...pane, title })),
  }));
  return { ...session, windows };
}

function titleIn(entry: SessionEntry | undefined): string | undefined {
  return entry?.windows[0]?.panes[0]?.title;
}
