import type { AgentPlace } from '../../model/agent-link.js';
import { toMs } from '../../model/duration.js';
import type { Fault, Support } from '../../model/fault.js';
import type { Scenario } from '../../model/scenario.js';
import type { Target } from '../../model/target.js';
import { agentSupport } from '../agent-support.js';
import { agentFaultId, agentOfTarget, agentReceipt } from '../agent-of-target.js';
import { pausesText } from '../pauses-text.js';
import { leakEvidence } from './leak-evidence.js';
import { isBeside, ownLeak } from './own-leak.js';
import { residentBytes } from './resident-bytes.js';
import { withPressure } from './with-pressure.js';

const lookEveryMs = 100;

/** A Node process and its children grow, in their heaps or outside of them, by the agents in them. */
export const memoryInAgent: Fault<'MEMORY_LEAK'> = withPressure(
  {
    type: 'MEMORY_LEAK',
    backend: 'agent',
    survives: 'lease',

    supports: (scenario, target) => Promise.resolve(support(scenario, target)),

    prepare: async (_scenario, context) => agentReceipt(context),

    async inject({ name, parameters, duration }, receipt, context) {
      const { clock, fired, signal, target } = context;
      const { agent } = agentOfTarget(context);
      const baselines = new Map(residentOf(agent.places()));
      // Where nobody is there yet, each has what it is first seen with.
      const isFirst = baselines.size === 0;
      const fault = { kind: 'memory', leak: ownLeak(parameters), activeMs: toMs(duration) } as const;
      const armed = await agent.arm(agentFaultId(receipt), fault, fired, signal);
      const { rateMbPerSecond, limitMb } = parameters;
      const effect = `each process grows by ${rateMbPerSecond} MB/s up to ${limitMb} MB`;
      fired({ rule: name, site: 'memory', n: 0, effect });
      return {
        async check(checkSignal) {
          let seen = await armed.counts(checkSignal);
          // The first look comes at once: wait until there is something to see.
          while (seen.inPlace > 0 && seen.heldBytes === 0 && seen.stopped === 0) {
            await clock.sleep(lookEveryMs, checkSignal);
            seen = await armed.counts(checkSignal);
          }
          const now = residentOf(agent.places());
          if (isFirst) for (const [pid, bytes] of now) if (!baselines.has(pid)) baselines.set(pid, bytes);
          // A process that came meanwhile had as much to begin with as the smallest.
          const least = Math.min(...baselines.values());
          const baselineBytes = sum([...now.keys()].map((pid) => baselines.get(pid) ?? least));
          const stoppedAt = seen.stopped === 0 ? null : 'the floor of what must stay free';
          const { heldBytes } = seen;
          const evidence = leakEvidence(
            parameters,
            { baselineBytes, residentBytes: sum([...now.values()]), heldBytes, stoppedAt },
            { kind: 'shares-resource', how: `it grows in ${target.name} itself` },
          );
          const expected = `${evidence.measured.expected}${pausesText(seen.pauses)}`;
          return { ...evidence, measured: { ...evidence.measured, expected } };
        },
        revert: (revertSignal) => armed.disarm(revertSignal),
      };
    },
  },
  'memory',
);

/** By pid: threads share the memory of their process. */
function residentOf(places: readonly AgentPlace[]): ReadonlyMap<number, number> {
  return new Map(places.map(({ pid }) => [pid, residentBytes(pid) ?? 0]));
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function support({ targetComponents, parameters }: Scenario<'MEMORY_LEAK'>, target: Target): Support {
  const no = (reason: string): Support => ({ supported: false, reason });
  if (parameters.place === 'beside') return no(isBeside);
  const reached = agentSupport(target);
  if (!reached.supported) return reached;
  if (process.platform !== 'linux') {
    return no(`the floor is read from /proc/meminfo, which ${process.platform} does not have`);
  }
  if (targetComponents.length > 0) {
    return no('memory is of the process, not of a component: leave targetComponents empty');
  }
  return { supported: true };
}
