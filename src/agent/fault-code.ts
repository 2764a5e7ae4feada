/** What makes faults: a file of its own (`dist/agent/fault-code.cjs`) that agents load when the first fault comes. */
export { standBy } from '../interpose/time/change-clocks.js';
export { armFault } from './arm-fault.js';
export { siteNames } from './site-names.js';
