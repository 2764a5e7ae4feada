import { connectionRateOnAddress } from '../../src/faults/network/kernel/connection-rate-on-address.js';
import { lossOnAddress } from '../../src/faults/network/kernel/loss-on-address.js';
import { partitionOnAddress } from '../../src/faults/network/kernel/partition-on-address.js';
import type { Scenario } from '../../src/model/scenario.js';
import { addressTarget } from '../../src/targets/address-target.js';
import {
  type ConformanceRig,
  conformanceRunId,
  type ConformanceSubject,
} from '../../src/testing/fault-conformance.js';
import { nftTablesOf } from '../../src/undo/nft.js';
import { hasKernelRules } from '../kernel-rules.js';
import { never, startUpstream } from '../network-servers.js';
import { feels } from './feels.js';
import type { NamedSubject } from './keeps-contract.js';
import { drop, loss, rationed, refuse } from './network-scenarios.js';

const faults = { connectionRateOnAddress, lossOnAddress, partitionOnAddress };

/** Packets at an address that the experiment names. */
export const addressSubjects: readonly NamedSubject[] = hasKernelRules
  ? [
      ['loss at an address', atAddress(loss, 'loss-on-address', 'lossOnAddress')],
      ['drop at an address', atAddress(drop, 'partition-on-address', 'partitionOnAddress')],
      [
        'rationed connections to an address',
        atAddress(rationed, 'connection-rate-on-address', 'connectionRateOnAddress'),
      ],
      ['refuse at an address', atAddress(refuse, 'partition-on-address', 'partitionOnAddress')],
    ]
  : [];

function atAddress(scenario: Scenario, file: string, name: keyof typeof faults): ConformanceSubject {
  return {
    fault: faults[name],
    scenario,
    module: { url: new URL(`../../dist/faults/network/kernel/${file}.js`, import.meta.url), name },
    async setUp(): Promise<ConformanceRig> {
      const upstream = await startUpstream();
      const { port } = upstream;
      return {
        target: addressTarget({ name: 'stock', address: `127.0.0.1:${port}` }),
        feelsFault: () => feels(scenario, port),
        fingerprint: () => nftTablesOf(conformanceRunId, never),
        [Symbol.asyncDispose]: () => upstream[Symbol.asyncDispose](),
      };
    },
  };
}
