import { besideSubjects } from './beside-subjects.js';
import { keepsContract } from './keeps-contract.js';

keepsContract(besideSubjects);
