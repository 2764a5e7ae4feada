import { keepsContract } from './keeps-contract.js';
import { limitedSubjects } from './limited-subjects.js';

keepsContract(limitedSubjects);
