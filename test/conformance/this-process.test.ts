import { keepsContract } from './keeps-contract.js';
import { thisProcessSubjects } from './this-process-subjects.js';

keepsContract(thisProcessSubjects);
