import type { Fault } from '../../../model/fault.js';
import { bandwidthEffect } from '../bandwidth-effect.js';
import { shapeOwnNetwork } from './shape-own-network.js';

/** Makes the link narrow between a started process and its dependencies, in the router of its own network. */
export const bandwidthOnOwnNetwork: Fault<'BANDWIDTH'> = shapeOwnNetwork(bandwidthEffect, 'bandwidth');
