const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Says how long ago a time was: `40 s ago`, `3 min ago`, `5 h ago`, `2 d ago`. */
export function ageText(time: string, now: string): string {
  const ageMs = Date.parse(now) - Date.parse(time);
  if (Number.isNaN(ageMs)) return 'at an unknown time';
  if (ageMs < 0) return 'in the future';
  if (ageMs < minuteMs) return `${Math.floor(ageMs / 1000)} s ago`;
  if (ageMs < hourMs) return `${Math.floor(ageMs / minuteMs)} min ago`;
  if (ageMs < 2 * dayMs) return `${Math.floor(ageMs / hourMs)} h ago`;
  return `${Math.floor(ageMs / dayMs)} d ago`;
}
