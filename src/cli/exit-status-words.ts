import { exitCodes } from './exit-codes.ts';

/** What each exit status tells a script. */
export const exitStatuses: readonly { readonly status: number; readonly meaning: string }[] = [
  { status: exitCodes.done, meaning: 'Done; a second run would change nothing.' },
  {
    status: exitCodes.failed,
    meaning: 'A session or its conversation could not be started, or doctor found an error.',
  },
  {
    status: exitCodes.refused,
    meaning: 'Refused: a wrong argument, or a roster that cannot be used. Nothing was done.',
  },
  { status: exitCodes.pending, meaning: 'With plan --exit-code: changes are pending.' },
  { status: exitCodes.incomplete, meaning: 'Somebody could not be looked at or recorded, or a start was put off.' },
  { status: exitCodes.locked, meaning: 'Another run held the lock of a user.' },
];
