import { keepsContract } from './keeps-contract.js';
import { startedNetworkSubjects } from './started-network-subjects.js';

keepsContract(startedNetworkSubjects);
