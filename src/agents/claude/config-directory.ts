import { isAbsolute, normalize } from 'node:path';
import type { UserFiles } from '../user-files.ts';

export type ConfigDirectory =
  { readonly kind: 'known'; readonly path: string } | { readonly kind: 'unusable'; readonly reason: string };

/** Where Claude Code keeps a user's records and transcripts, by the value of `CLAUDE_CONFIG_DIR`. */
export function configDirectory(variable: string | null, files: UserFiles): ConfigDirectory {
  if (variable === null || variable === '') return { kind: 'known', path: `${files.home}/.claude` };
  if (!isAbsolute(variable) || /[\x00-\x1f\x7f]/.test(variable)) {
    return { kind: 'unusable', reason: 'its CLAUDE_CONFIG_DIR is not an absolute path' };
  }
  const path = normalize(variable).replace(/(?<=.)\/+$/, '');
  // The dot resolves a link, as the user may well have put the directory elsewhere.
  const facts = files.stat(`${path}/.`);
  if (facts !== null && facts.uid !== files.uid) {
    return { kind: 'unusable', reason: 'its CLAUDE_CONFIG_DIR belongs to another user' };
  }
  return { kind: 'known', path };
}
