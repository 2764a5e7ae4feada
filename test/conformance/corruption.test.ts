import { corruptionSubjects } from './corruption-subjects.js';
import { keepsContract } from './keeps-contract.js';

keepsContract(corruptionSubjects);
