import { keepsContract } from './keeps-contract.js';
import { ownNetworkSubjects } from './own-network-subjects.js';

keepsContract(ownNetworkSubjects);
