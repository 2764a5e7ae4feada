import type { Scenario } from '../../src/model/scenario.js';
import { systemClock } from '../../src/model/system-clock.js';
import { CHAOS_SCENARIOS } from '../../src/scenarios/chaos-scenarios.js';
import { inProcessTarget } from '../../src/targets/in-process-target.js';
import type { ConformanceRig, ConformanceSubject } from '../../src/testing/fault-conformance.js';
import { faultOf } from './fault-of.js';
import { feltMs, isAnyLate, longRaces } from './feels.js';
import type { NamedSubject } from './keeps-contract.js';

/** Methods of objects of this process. */
export const objectsSubjects: readonly NamedSubject[] = [
  ['exceptions before', inObjects(CHAOS_SCENARIOS.random_exceptions)],
  [
    'exceptions after',
    inObjects(CHAOS_SCENARIOS.random_exceptions.with({ parameters: { moment: 'after' } })),
  ],
  ['null', inObjects(CHAOS_SCENARIOS.null_injection)],
  ['corrupted answers', inObjects(CHAOS_SCENARIOS.state_corruption)],
  [
    'races',
    inObjects(CHAOS_SCENARIOS.race_condition.with({ parameters: longRaces }), (ask) => isAnyLate(ask)),
  ],
  ['slow', inObjects(CHAOS_SCENARIOS.slow_method.with({ parameters: { delayMs: 700 } }))],
];

function inObjects(
  base: { with(changes: { parameters: object }): Scenario },
  feels: (ask: () => Promise<{ id: string } | null>) => Promise<boolean> = isLateOrOther,
): ConformanceSubject {
  const scenario = base.with({ parameters: { injectionRate: 1 } });
  return {
    fault: faultOf(scenario, 'in-process'),
    scenario,
    async setUp(): Promise<ConformanceRig> {
      class Database {
        async query(id: string) {
          return { id };
        }
        get size() {
          return 1;
        }
      }
      const database = new Database();
      return {
        target: inProcessTarget('shop', { database, clients: { current: { read: () => 1 } } }),
        feelsFault: () => feels(() => database.query('a').catch(() => null)),
        fingerprint: async () => [
          Object.getOwnPropertyDescriptors(database),
          Object.getOwnPropertyDescriptors(Database.prototype),
        ],
        [Symbol.asyncDispose]: async () => undefined,
      };
    },
  };
}

async function isLateOrOther(ask: () => Promise<{ id: string } | null>): Promise<boolean> {
  const startedAt = systemClock.nowMs();
  const answer = await ask();
  return answer?.id !== 'a' || systemClock.nowMs() - startedAt > feltMs;
}
