import { cellsOfLayout } from './layout.ts';
import { counted } from '../core/text.ts';
import type { ListedWindow, Listing } from './listing.ts';
import type { CreatedSession, SessionRequest } from './session-commands.ts';

/** The result of one request; `notes` tell what differs from the record. */
export type CreationResult =
  | { readonly outcome: 'created'; readonly tmuxId: string; readonly notes: readonly string[] }
  | { readonly outcome: 'name-taken' }
  | { readonly outcome: 'failed'; readonly message: string };

/** tmux's answer to one request, before any check. */
export interface Attempt {
  readonly created: CreatedSession | null;
  /** tmux's own error texts, in order, and other remarks. */
  readonly complaints: readonly string[];
}

/**
 * Compares a request and tmux's answer with the sessions that exist now. A call may be interrupted after it has created
 * the session. So a session that tmux did not report, and that is new, counts as created.
 */
export function checkCreated(request: SessionRequest, attempt: Attempt, listing: Listing): CreationResult {
  const { created, complaints } = attempt;
  if (created === null && complaints.some(isTaken)) return { outcome: 'name-taken' };
  const sessions = listing.kind === 'listed' ? listing.sessions : [];
  const session = sessions.find(({ tmuxId, name }) =>
    created === null ? name === request.name : tmuxId === created.tmuxId,
  );
  if (session === undefined) {
    if (created === null) return { outcome: 'failed', message: complaints.join('; ') };
    if (listing.kind !== 'unknown') {
      return { outcome: 'failed', message: ['it ended as soon as it was created', ...complaints].join('; ') };
    }
    const notes = [...complaints, `it could not be checked: ${listing.reason}`];
    return { outcome: 'created', tmuxId: created.tmuxId, notes };
  }
  const notes = [
    ...(session.name === request.name ? [] : [`it is called ${session.name}, not ${request.name}`]),
    ...(request.sharesWindowsOf === null || session.sharesWindowsOf !== null
      ? []
      : [`it has a window of its own, because ${request.sharesWindowsOf} is not there`]),
    ...(session.sharesWindowsOf === null ? differencesOf(request, session.windows) : []),
    ...(session.sharesWindowsOf === null && request.windows.length > 0 ? surplusOf(request, session.windows) : []),
  ];
  return { outcome: 'created', tmuxId: session.tmuxId, notes: [...notes, ...complaints] };
}

/** Whether tmux refused because a session of that name runs. */
export function isTaken(words: string): boolean {
  return words.startsWith('duplicate session: ');
}

function differencesOf(request: SessionRequest, windows: readonly ListedWindow[]): readonly string[] {
  return request.windows.flatMap(({ index, name, automaticName, zoomed, layout, panes }) => {
    const window = windows.find((candidate) => candidate.index === index);
    const found = window?.panes.length ?? 0;
    return [
      ...(found === panes.length ? [] : [`window ${index} has ${found} of ${counted(panes.length, 'pane')}`]),
      ...(window === undefined || automaticName || window.name === name
        ? []
        : [`window ${index} is called ${window.name}, not ${name}`]),
      ...(found === panes.length && found > 1 && !isSameLayout(layout, window?.layout ?? '')
        ? [`the panes of window ${index} have other sizes`]
        : []),
      ...(found === panes.length && zoomed && window?.zoomed === false ? [`window ${index} is not zoomed`] : []),
    ];
  });
}

/** What a hook of the user's has made meanwhile, and which window it left active. */
function surplusOf(request: SessionRequest, windows: readonly ListedWindow[]): readonly string[] {
  const asked = new Set(request.windows.map(({ index }) => index));
  const active = request.windows.find((window) => window.active)?.index;
  const shown = windows.find((window) => window.active)?.index;
  return [
    ...windows
      .filter(({ index }) => !asked.has(index))
      .map(({ index, name }) => `it has window ${index} (${name}), too`),
    ...(active === undefined || shown === active ? [] : [`window ${shown ?? ''} is shown, not ${active}`]),
  ];
}

/** By the sizes and places of the panes, for each tmux writes them in its own way. */
function isSameLayout(asked: string | null, found: string): boolean {
  if (asked === null) return true;
  const [before, after] = [cellsOfLayout(asked), cellsOfLayout(found)];
  return before === null || after === null ? before === after : before.join(' ') === after.join(' ');
}
