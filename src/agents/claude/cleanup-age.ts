import type { UserFiles } from '../user-files.ts';
import { jsonFields, numberField } from './json-fields.ts';

export const dayMs = 24 * 60 * 60 * 1000;

const defaultDays = 30;
const maxSettingsBytes = 256 * 1024;

/** After how many days without a change Claude Code removes a transcript: `cleanupPeriodDays` of the user's settings, or 30. */
export function cleanupAgeDays(configDirectory: string, files: UserFiles): number {
  const text = files.readStart(`${configDirectory}/settings.json`, maxSettingsBytes);
  const fields = text === null ? null : jsonFields(text);
  const days = fields === null ? null : numberField(fields, 'cleanupPeriodDays');
  // 2.1.89 and later refuse 0.
  return days !== null && days > 0 ? days : defaultDays;
}
