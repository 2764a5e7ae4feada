import dns from 'node:dns';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import type { Scenario } from '../../src/model/scenario.js';
import { thisProcessTarget } from '../../src/targets/this-process-target.js';
import {
  type ConformanceRig,
  conformanceRunId,
  type ConformanceSubject,
} from '../../src/testing/fault-conformance.js';
import { findMarkedProcesses } from '../../src/undo/run-processes.js';
import { faultOf } from './fault-of.js';
import { feels, hostFor } from './feels.js';
import type { NamedSubject } from './keeps-contract.js';
import { drop, latency, loss, narrow, noNames, rationed, refuse, reset } from './network-scenarios.js';

/** The outgoing connections of this process. */
export const thisProcessSubjects: readonly NamedSubject[] = [
  ['latency on this process', onThisProcess(latency, 'latency-on-this-process', 'latencyOnThisProcess')],
  ['loss on this process', onThisProcess(loss, 'loss-on-this-process', 'lossOnThisProcess')],
  ['bandwidth on this process', onThisProcess(narrow, 'bandwidth-on-this-process', 'bandwidthOnThisProcess')],
  ['resets on this process', onThisProcess(reset, 'reset-on-this-process', 'resetOnThisProcess')],
  [
    'rationed connections of this process',
    onThisProcess(rationed, 'connection-rate-on-this-process', 'connectionRateOnThisProcess'),
  ],
  ['no names for this process', onThisProcess(noNames, 'dns-on-this-process', 'dnsOnThisProcess')],
  ['drop on this process', onThisProcess(drop, 'partition-on-this-process', 'partitionOnThisProcess')],
  ['refuse on this process', onThisProcess(refuse, 'partition-on-this-process', 'partitionOnThisProcess')],
];

function onThisProcess(scenario: Scenario, file: string, name: string): ConformanceSubject {
  return {
    fault: faultOf(scenario, 'in-process'),
    scenario,
    module: { url: new URL(`../../dist/faults/network/${file}.js`, import.meta.url), name },
    async setUp(): Promise<ConformanceRig> {
      const server = http.createServer((_request, response) => response.end('here'));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as net.AddressInfo;
      return {
        target: thisProcessTarget('shop'),
        feelsFault: () => feels(scenario, port, hostFor(scenario)),
        fingerprint: async () => [
          Object.getOwnPropertyDescriptor(net.Socket.prototype, 'connect'),
          Object.getOwnPropertyDescriptor(dns, 'lookup'),
          Object.getOwnPropertyDescriptor(dns.promises, 'lookup'),
          await findMarkedProcesses(conformanceRunId),
          proxyDirectories(),
        ],
        async [Symbol.asyncDispose]() {
          server.closeAllConnections();
          server.close();
          await once(server, 'close');
        },
      };
    },
  };
}

function proxyDirectories(): readonly string[] {
  return readdirSync(tmpdir()).filter(
    (name) => name.startsWith('chaosx-') && name.includes(conformanceRunId),
  );
}
