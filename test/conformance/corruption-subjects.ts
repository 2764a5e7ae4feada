import { EventEmitter, once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import type { StateCorruptionParameters } from '../../src/model/scenario-parameters.js';
import { CHAOS_SCENARIOS } from '../../src/scenarios/chaos-scenarios.js';
import { inProcessTarget } from '../../src/targets/in-process-target.js';
import { thisProcessTarget } from '../../src/targets/this-process-target.js';
import type { ConformanceRig, ConformanceSubject } from '../../src/testing/fault-conformance.js';
import { cartRig } from './cart-rig.js';
import { faultOf } from './fault-of.js';
import type { NamedSubject } from './keeps-contract.js';

/** Data that is corrupted elsewhere than in answers. */
export const corruptionSubjects: readonly NamedSubject[] = [
  ['corrupted arguments', inProcess({ on: ['arguments'] }, async () => objectsRig('arguments'))],
  ['corrupted events', inProcess({ on: ['messages'] }, async () => objectsRig('events'))],
  ['corrupted live state', inProcess({ on: ['state'] }, async () => objectsRig('state'))],
  ['corrupted messages of threads', inProcess({ on: ['messages'], methods: ['worker_threads.*'] }, portRig)],
  ['corrupted arguments in a started process', inAgent({ on: ['arguments'] }, 'started', '/total')],
  ['corrupted messages in a started process', inAgent({ on: ['messages'] }, 'started', '/message')],
  ['corrupted live state in a started process', inAgent({ on: ['state'] }, 'started', '/prices')],
  ['corrupted messages in a running process', inAgent({ on: ['messages'] }, 'running', '/message')],
  ['corrupted live state in a running process', inAgent({ on: ['state'] }, 'running', '/prices')],
];

function always(parameters: Partial<StateCorruptionParameters>, targetComponents: readonly string[] = []) {
  const sure = { injectionRate: 1, operators: ['scale'] } as const;
  return CHAOS_SCENARIOS.state_corruption.with({ targetComponents, parameters: { ...sure, ...parameters } });
}

function inProcess(
  parameters: Partial<StateCorruptionParameters>,
  setUp: () => Promise<ConformanceRig>,
): ConformanceSubject {
  const scenario = always(parameters);
  return { fault: faultOf(scenario, 'in-process'), scenario, setUp };
}

function inAgent(
  parameters: Partial<StateCorruptionParameters>,
  kind: 'started' | 'running',
  path: Parameters<typeof cartRig>[1],
): ConformanceSubject {
  const scenario = always(parameters, path === '/message' ? [] : ['src/cart.cjs']);
  return { fault: faultOf(scenario, 'agent'), scenario, setUp: () => cartRig(kind, path) };
}

function objectsRig(look: 'arguments' | 'events' | 'state'): ConformanceRig {
  const bus = new EventEmitter();
  let heard = 0;
  bus.on('price', (price: number) => (heard = price));
  const cart = { prices: { apple: 3 }, total: (order: { apples: number }) => order.apples * 3 };
  const looks = {
    arguments: () => cart.total({ apples: 2 }) !== 6,
    events() {
      bus.emit('price', 5);
      return heard !== 5;
    },
    state: () => cart.prices.apple !== 3,
  };
  return {
    target: inProcessTarget('shop', look === 'events' ? { bus } : { cart }),
    feelsFault: async () => looks[look](),
    fingerprint: async () => [
      cart.prices,
      { ...cart.prices },
      Object.getOwnPropertyDescriptors(cart),
      Reflect.ownKeys(bus),
    ],
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function portRig(): Promise<ConformanceRig> {
  return {
    target: thisProcessTarget('this process'),
    async feelsFault() {
      const { port1, port2 } = new MessageChannel();
      port1.postMessage({ price: 5 }, []);
      const [{ price }] = (await once(port2, 'message')) as [{ price: number }];
      port1.close();
      return price !== 5;
    },
    fingerprint: async () => Reflect.ownKeys(MessagePort.prototype),
    [Symbol.asyncDispose]: async () => undefined,
  };
}
