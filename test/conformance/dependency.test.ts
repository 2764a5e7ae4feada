import { keepsContract } from './keeps-contract.js';
import { dependencySubjects } from './dependency-subjects.js';

keepsContract(dependencySubjects);
