/** A date is at most so many milliseconds from the epoch, either way; beyond that it is `Invalid Date`. */
export const lastDateMs = 8.64e15;

/** A shift of the clock of at most so many milliseconds leaves dates valid until the year 2096, either way. */
export const longestShiftMs = lastDateMs - 4e12;
