import { keepsContract } from './keeps-contract.js';
import { platformCallsSubjects } from './platform-calls-subjects.js';

keepsContract(platformCallsSubjects);
