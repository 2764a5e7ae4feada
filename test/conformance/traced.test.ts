import { keepsContract } from './keeps-contract.js';
import { tracedSubjects } from './traced-subjects.js';

keepsContract(tracedSubjects);
