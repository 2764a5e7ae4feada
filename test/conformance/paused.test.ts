import { keepsContract } from './keeps-contract.js';
import { pausedSubjects } from './paused-subjects.js';

keepsContract(pausedSubjects);
