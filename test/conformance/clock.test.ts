import { clockSubjects } from './clock-subjects.js';
import { keepsContract } from './keeps-contract.js';

keepsContract(clockSubjects);
