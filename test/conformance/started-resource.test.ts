import { keepsContract } from './keeps-contract.js';
import { startedResourceSubjects } from './started-resource-subjects.js';

keepsContract(startedResourceSubjects);
