import { bandwidthOnOwnNetwork } from '../../src/faults/network/kernel/bandwidth-on-own-network.js';
import { connectionRateOnOwnNetwork } from '../../src/faults/network/kernel/connection-rate-on-own-network.js';
import { latencyOnOwnNetwork } from '../../src/faults/network/kernel/latency-on-own-network.js';
import { lossOnOwnNetwork } from '../../src/faults/network/kernel/loss-on-own-network.js';
import { partitionOnOwnNetwork } from '../../src/faults/network/kernel/partition-on-own-network.js';
import type { Scenario } from '../../src/model/scenario.js';
import { CHAOS_SCENARIOS } from '../../src/scenarios/chaos-scenarios.js';
import type { ConformanceSubject } from '../../src/testing/fault-conformance.js';
import { hasKernelRules } from '../kernel-rules.js';
import type { NamedSubject } from './keeps-contract.js';
import { drop, latency, loss, rationed, refuse } from './network-scenarios.js';
import { bandwidthShaping, latencyShaping } from './shaping.js';
import { startedRig } from './started-rig.js';

const faults = {
  bandwidthOnOwnNetwork,
  connectionRateOnOwnNetwork,
  latencyOnOwnNetwork,
  lossOnOwnNetwork,
  partitionOnOwnNetwork,
};
// 250 bytes a second: the packets of an exchange wait longer than is felt, those of a look less than it may take.
const narrowLink = CHAOS_SCENARIOS.bandwidth.with({ parameters: { kilobytesPerSecond: 0.25 } });

/** Packets of a started process in a network of its own. */
export const ownNetworkSubjects: readonly NamedSubject[] = [
  ...(hasKernelRules
    ? ([
        [
          'rationed connections in its own network',
          inOwnNetwork(rationed, 'connection-rate-on-own-network', 'connectionRateOnOwnNetwork'),
        ],
        ['loss in its own network', inOwnNetwork(loss, 'loss-on-own-network', 'lossOnOwnNetwork')],
        ['drop in its own network', inOwnNetwork(drop, 'partition-on-own-network', 'partitionOnOwnNetwork')],
        [
          'refuse in its own network',
          inOwnNetwork(refuse, 'partition-on-own-network', 'partitionOnOwnNetwork'),
        ],
      ] as const)
    : []),
  ...(bandwidthShaping.supported
    ? ([
        [
          'bandwidth in its own network',
          inOwnNetwork(narrowLink, 'bandwidth-on-own-network', 'bandwidthOnOwnNetwork'),
        ],
      ] as const)
    : []),
  ...(latencyShaping.supported
    ? ([
        [
          'latency in its own network',
          inOwnNetwork(latency, 'latency-on-own-network', 'latencyOnOwnNetwork'),
        ],
      ] as const)
    : []),
];

/** Rules in its router, seen from outside by their table. */
function inOwnNetwork(scenario: Scenario, file: string, name: keyof typeof faults): ConformanceSubject {
  return {
    fault: faults[name],
    scenario,
    module: { url: new URL(`../../dist/faults/network/kernel/${file}.js`, import.meta.url), name },
    setUp: () => startedRig('kernel', scenario),
  };
}
