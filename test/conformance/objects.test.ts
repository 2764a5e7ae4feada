import { keepsContract } from './keeps-contract.js';
import { objectsSubjects } from './objects-subjects.js';

keepsContract(objectsSubjects);
