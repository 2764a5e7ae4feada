import { keepsContract } from './keeps-contract.js';
import { runningSubjects } from './running-subjects.js';

keepsContract(runningSubjects);
