/** What the exit status tells a script. */
export const exitCodes = {
  done: 0,
  failed: 1,
  refused: 2,
  pending: 3,
  incomplete: 4,
  locked: 5,
  interrupted: 130,
  terminated: 143,
} as const;
