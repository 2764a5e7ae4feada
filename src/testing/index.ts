export {
  type ConformanceCase,
  type ConformanceRig,
  type ConformanceSubject,
  faultConformance,
} from './fault-conformance.js';
export { VirtualClock } from './virtual-clock.js';
