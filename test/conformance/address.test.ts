import { keepsContract } from './keeps-contract.js';
import { addressSubjects } from './address-subjects.js';

keepsContract(addressSubjects);
