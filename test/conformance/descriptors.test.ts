import { descriptorsSubjects } from './descriptors-subjects.js';
import { keepsContract } from './keeps-contract.js';

keepsContract(descriptorsSubjects);
