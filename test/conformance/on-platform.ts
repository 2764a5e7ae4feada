import childProcess from 'node:child_process';
import dns from 'node:dns';
import fs from 'node:fs';
import http, { get, request } from 'node:http';
import https, { get as secureGet, request as secureRequest } from 'node:https';
import net from 'node:net';
import timers from 'node:timers';
import { thisProcessTarget } from '../../src/targets/this-process-target.js';
import type { ConformanceRig, ConformanceSubject } from '../../src/testing/fault-conformance.js';
import { startUpstream } from '../network-servers.js';
import { faultOf } from './fault-of.js';
import { type PlatformScenario, platformScenario } from './platform-scenario.js';

/** Calls of the platform in this process; `isBroken` makes one, of the server at the port where it needs one. */
export function onPlatform(
  method: string,
  parameters: object,
  isBroken: (port: number) => Promise<boolean>,
  id: PlatformScenario = 'random_exceptions',
): ConformanceSubject {
  const scenario = platformScenario(id, method, parameters);
  return {
    fault: faultOf(scenario, 'in-process'),
    scenario,
    async setUp(): Promise<ConformanceRig> {
      const upstream = await startUpstream();
      return {
        target: thisProcessTarget('shop'),
        feelsFault: () => isBroken(upstream.port),
        fingerprint: async () => [
          Object.getOwnPropertyDescriptor(globalThis, 'fetch'),
          Object.getOwnPropertyDescriptors(timers),
          Object.getOwnPropertyDescriptors(timers.promises),
          ...['setTimeout', 'setImmediate', 'clearImmediate'].map((name) =>
            Object.getOwnPropertyDescriptor(globalThis, name),
          ),
          Object.getOwnPropertyDescriptors(http),
          Object.getOwnPropertyDescriptors(https),
          Object.getOwnPropertyDescriptors(net.Socket.prototype),
          Object.getOwnPropertyDescriptors(fs),
          Object.getOwnPropertyDescriptors(fs.promises),
          Object.getOwnPropertyDescriptors(dns),
          Object.getOwnPropertyDescriptors(dns.promises),
          Object.getOwnPropertyDescriptors(childProcess),
          Object.getOwnPropertyDescriptors(childProcess.ChildProcess.prototype),
          Object.getOwnPropertyDescriptor(http.Server.prototype, 'emit'),
          [request, get, secureRequest, secureGet],
        ],
        [Symbol.asyncDispose]: () => upstream[Symbol.asyncDispose](),
      };
    },
  };
}
