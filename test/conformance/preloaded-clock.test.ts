import { keepsContract } from './keeps-contract.js';
import { preloadedClockSubjects } from './preloaded-clock-subjects.js';

keepsContract(preloadedClockSubjects);
