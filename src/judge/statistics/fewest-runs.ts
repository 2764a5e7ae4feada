/** With fewer runs no interval is given: what it would say is mostly about its own assumptions. */
export const fewestRuns = 5;
