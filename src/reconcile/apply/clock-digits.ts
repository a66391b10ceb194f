/** HHMM in the time zone of this process. */
export function clockDigits(time: string): string {
  const date = new Date(time);
  return `${String(date.getHours()).padStart(2, '0')}${String(date.getMinutes()).padStart(2, '0')}`;
}
