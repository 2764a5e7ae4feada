/**
 * The variable of a proxy that outlives its run: its value is the run's id. It stands in the place of the run's mark, by which
 * what a run started is found and ended.
 */
export const frontMark = 'CHAOSX_FRONT';
