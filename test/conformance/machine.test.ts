import { keepsContract } from './keeps-contract.js';
import { machineSubjects } from './machine-subjects.js';

keepsContract(machineSubjects);
