/** A time in UTC to the second as names of files have it, `20261120T135951`. As text such names sort by their time. */
export function formatUtcSecond(time: Date): string {
  const text = time.toISOString();
  // Years after 9999 have a sign and six digits.
  const [, date, clock] = /^(\d{4}-\d\d-\d\d)T([\d:]{8})/.exec(text) ?? [];
  if (date === undefined || clock === undefined)
    throw new RangeError(`${text} has no name of four digits for its year`);
  return `${date.replaceAll('-', '')}T${clock.replaceAll(':', '')}`;
}

/** The time of such a name; null when the text is not exactly one. */
export function parseUtcSecond(text: string): Date | null {
  const fields = /^([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})$/.exec(text);
  if (fields === null) return null;
  const [, year, month, day, hour, minute, second] = fields;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // V8 reads 31 February as 3 March, and 24:00 as the next day.
  return Number.isNaN(time.getTime()) || formatUtcSecond(time) !== text ? null : time;
}
