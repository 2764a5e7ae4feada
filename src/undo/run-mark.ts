/** The variable that marks every process of a run, and what they start, with the run's id. */
export const runMark = 'CHAOSX_RUN';
/** The variable that marks a tool of the system at work for a run: it ends by itself, and is waited for. */
export const toolMark = 'CHAOSX_TOOL';
/** The variable that marks a tracer with the id of its receipt. */
export const tracerMark = 'CHAOSX_TRACER';
/** The variable that marks a watchdog: it belongs to no run's processes, whoever started that run. */
export const watchdogMark = 'CHAOSX_WATCHDOG';
/** The variable that marks a helper of one fault, and what it starts, with the injection's id. */
export const helperMark = 'CHAOSX_HELPER';
