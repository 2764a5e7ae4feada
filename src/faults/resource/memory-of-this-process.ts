import { startLeak } from '../../interpose/memory-leak.js';
import type { ActiveFault, Fault, FaultContext, Support } from '../../model/fault.js';
import type { Scenario } from '../../model/scenario.js';
import type { Target } from '../../model/target.js';
import { lookUntilBack } from '../look-until-back.js';
import { leakEvidence } from './leak-evidence.js';
import { isBeside, ownLeak } from './own-leak.js';
import { processReceipt } from './process-receipt.js';
import { withPressure } from './with-pressure.js';

const lookEveryMs = 100;
const megabyte = 1_048_576;
/** Of what was held, the most that may be seen as resident once it is given back; the rest of the process may grow. */
const pageNoise = 0.3;

/** This process grows at a rate, page by page, up to a limit or until little is left. */
export const memoryOfThisProcess: Fault<'MEMORY_LEAK'> = withPressure(
  {
    type: 'MEMORY_LEAK',
    backend: 'in-process',
    survives: 'process',

    supports: (scenario, target) => Promise.resolve(support(scenario, target)),

    prepare: (_scenario, context) => processReceipt('memory of this process', context),

    inject: (scenario, _receipt, context) => Promise.resolve(grow(scenario, context)),
  },
  'memory',
);

function support({ targetComponents, parameters }: Scenario<'MEMORY_LEAK'>, target: Target): Support {
  const no = (reason: string): Support => ({ supported: false, reason });
  if (parameters.place === 'beside') return no(isBeside);
  if (process.platform !== 'linux') {
    return no(`the floor is read from /proc/meminfo, which ${process.platform} does not have`);
  }
  if (target.kind !== 'objects' && target.kind !== 'this-process') {
    return no(`the memory of ${target.name} is not this process's`);
  }
  if (targetComponents.length > 0) {
    return no('memory is of the process, not of a component: leave targetComponents empty');
  }
  return { supported: true };
}

function grow({ name, parameters }: Scenario<'MEMORY_LEAK'>, context: FaultContext): ActiveFault {
  const { clock, signal, fired } = context;
  signal.throwIfAborted();
  const baselineBytes = process.memoryUsage.rss();
  const leak = startLeak(ownLeak(parameters));
  let mostBytes = 0;
  const { rateMbPerSecond, limitMb } = parameters;
  const effect = `grows by ${rateMbPerSecond} MB/s up to ${limitMb} MB`;
  fired({ rule: name, site: 'this process', n: 0, effect });
  return {
    async check(checkSignal) {
      // The first look comes at once: wait until there is something to see.
      while (leak.heldBytes === 0 && leak.stoppedAt === null) await clock.sleep(lookEveryMs, checkSignal);
      const { heldBytes, stoppedAt } = leak;
      const residentBytes = process.memoryUsage.rss();
      return leakEvidence(
        parameters,
        { baselineBytes, residentBytes, heldBytes, stoppedAt },
        {
          kind: 'shares-resource',
          how: 'the target is this process',
        },
      );
    },
    async revert() {
      mostBytes = Math.max(mostBytes, leak.heldBytes);
      leak.release();
    },
    checkAfter: (afterSignal) =>
      lookUntilBack(
        () => {
          const residentBytes = process.memoryUsage.rss();
          // What is still resident may be the program's own.
          const isBack = residentBytes - baselineBytes < mostBytes * pageNoise + megabyte;
          return Promise.resolve({ back: isBack ? 'yes' : 'unknown', after: residentBytes / megabyte });
        },
        clock,
        afterSignal,
      ),
  };
}
