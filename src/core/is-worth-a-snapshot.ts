import type { Manifest, SessionEntry, Window } from './manifest.ts';

/**
 * Whether a manifest differs from the stored one in a way that matters: sessions, structure, directories,
 * conversations, causes, or the server they live in. Titles, commands, sizes and the passing of time do not.
 */
export function isWorthASnapshot(stored: Manifest | null, next: Manifest): boolean {
  return stored === null || essence(stored) !== essence(next);
}

function essence(manifest: Manifest): string {
  const { bootId, server, sessions } = manifest;
  return JSON.stringify([bootId, server?.pid, server?.startTime, sessions.map(sessionEssence)]);
}

function sessionEssence(entry: SessionEntry): readonly unknown[] {
  return [
    entry.name,
    entry.tmuxId,
    entry.state,
    entry.cause,
    entry.goneAt,
    entry.path,
    entry.sharesWindowsOf,
    entry.windows.map(windowEssence),
  ];
}

function windowEssence(window: Window): readonly unknown[] {
  return [
    window.index,
    window.automaticName ? null : window.name,
    window.layout === null ? null : splitsOf(window.layout),
    window.panes.map((pane) => [
      pane.index,
      pane.tmuxId,
      pane.cwd,
      pane.conversation?.agent,
      pane.conversation?.id,
      pane.conversation?.ended?.killed,
      pane.shell,
    ]),
  ];
}

/** The nesting of a tmux layout without its sizes, which change whenever another terminal attaches. */
function splitsOf(layout: string): string {
  return layout.replaceAll(/[^[\]{}]/g, '');
}
