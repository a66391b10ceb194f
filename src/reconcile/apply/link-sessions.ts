import type { CallOptions } from '../../tmux/call-tmux.ts';
import { type LinkedWindow, type LinkRequest, linkWindows } from '../../tmux/link-windows.ts';
import type { TmuxTarget } from '../../tmux/tmux-target.ts';
import type { CreatingAction } from './session-build.ts';

/**
 * Links the windows that the created sessions had in common with others, once all sessions are there. Returns what could
 * not be linked, in words. `ids` are those of all running sessions, by name.
 */
export async function linkSessions(
  target: TmuxTarget,
  created: readonly CreatingAction[],
  ids: ReadonlyMap<string, string>,
  options: CallOptions,
): Promise<ReadonlyMap<CreatingAction, readonly string[]>> {
  const linked = created.flatMap((action) => {
    const sessionId = ids.get(action.as);
    return action.links.length === 0 || sessionId === undefined ? [] : [{ action, sessionId }];
  });
  if (linked.length === 0) return new Map();
  const requests = linked.map(({ action, sessionId }) => linkRequest(action, sessionId, ids));
  const refused = await linkWindows(target, requests, options);
  return new Map(linked.map(({ action }, at) => [action, [...missingLinks(action, ids), ...(refused[at] ?? [])]]));
}

function linkRequest(
  { windows, links }: CreatingAction,
  sessionId: string,
  ids: ReadonlyMap<string, string>,
): LinkRequest {
  const found = links.flatMap(({ index, from, window }): readonly LinkedWindow[] => {
    const ownerId = from === null ? undefined : ids.get(from);
    return ownerId === undefined ? [] : [{ index, ownerId, window }];
  });
  const all = [...windows, ...links];
  const shown = [all.find(({ last }) => last), all.find(({ active }) => active)];
  return {
    sessionId,
    onlyLinks: windows.length === 0 && found.length > 0,
    links: found,
    shown: found.length === 0 ? [] : shown.flatMap((one) => one?.index ?? []),
  };
}

function missingLinks({ links }: CreatingAction, ids: ReadonlyMap<string, string>): readonly string[] {
  return links.flatMap(({ index, owner, from }) =>
    from !== null && ids.has(from) ? [] : [`window ${index} was linked from ${owner}, which is not there`],
  );
}
