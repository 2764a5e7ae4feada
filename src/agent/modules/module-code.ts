/**
 * What reads modules, with the parser inside: a file of its own (`dist/agent/module-code.cjs`) that agents load when the
 * first module needs it, and that is the loader's hooks on Node before 22.15.
 */
export { HandlerCounter } from './handler-counter.js';
export { initialize, load } from './hook-thread.js';
export { scopePlan } from './scope-plan.js';
export { countedModule } from './counted-module.js';
export { withTrailer } from './with-trailer.js';
