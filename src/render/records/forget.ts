import { formatVersion } from '../text/json-text.ts';

/** The JSON document of what was forgotten; nothing, where there was nothing to forget. */
export function forgetDocument(user: string, forgotten: readonly string[]) {
  return { formatVersion, kind: 'forget' as const, user, forgotten };
}
