import type { UserFiles } from '../user-files.ts';
import { jsonFields, numberField } from './json-fields.ts';

const maxBytes = 256 * 1024;

/** When a conversation was last spoken to, by the user's own history of prompts; null when its end does not tell. */
export function lastPromptAtMs(id: string, configDirectory: string, files: UserFiles): number | null {
  const lines = files.readEnd(`${configDirectory}/history.jsonl`, maxBytes)?.split('\n') ?? [];
  const last = lines.findLast((line) => line.includes(id) && jsonFields(line)?.get('sessionId') === id);
  const fields = last === undefined ? null : jsonFields(last);
  return fields === null ? null : numberField(fields, 'timestamp');
}
