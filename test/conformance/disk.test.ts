import { diskSubjects } from './disk-subjects.js';
import { keepsContract } from './keeps-contract.js';

keepsContract(diskSubjects);
