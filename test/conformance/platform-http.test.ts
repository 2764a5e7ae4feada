import { keepsContract } from './keeps-contract.js';
import { platformHttpSubjects } from './platform-http-subjects.js';

keepsContract(platformHttpSubjects);
