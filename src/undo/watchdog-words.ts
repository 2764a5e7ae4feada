/** Tells a watchdog to end a run whose loop stands still. */
export const endsHungRunArgument = 'ends-hung-run';

/** From the run: its journal has changed. */
export const changedWord = 'changed\n';
/** From the run: it is over, and all is undone. */
export const cleanWord = 'clean\n';
/** From the watchdog: does the loop turn? */
export const askWord = 'alive?\n';
/** From the run: it does. */
export const aliveWord = 'alive\n';
