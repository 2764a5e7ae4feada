import { keepsContract } from './keeps-contract.js';
import { startedCallsSubjects } from './started-calls-subjects.js';

keepsContract(startedCallsSubjects);
