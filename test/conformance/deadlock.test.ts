import { deadlockSubjects } from './deadlock-subjects.js';
import { keepsContract } from './keeps-contract.js';

keepsContract(deadlockSubjects);
