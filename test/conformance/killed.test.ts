import { keepsContract } from './keeps-contract.js';
import { killedSubjects } from './killed-subjects.js';

keepsContract(killedSubjects);
