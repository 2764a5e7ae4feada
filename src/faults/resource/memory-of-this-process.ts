import type { ActiveFault, Fault, FaultContext, Support } from '../../model/fault.js';
import type { Scenario } from '../../model/scenario.js';
import type { Target } from '../../model/target.js';
import { lookUntilBack } from '../look-until-back.js';
import { availableMemory } from './free-memory.js';
import { HeldMemory } from './held-memory.js';
import { processReceipt } from './process-receipt.js';

const megabyte = 1_048_576;
const stepMs = 100;
/** The leak stops before the machine does: this much stays available. */
const floorBytes = 256 * megabyte;
/** Of what is held, the least that must be seen as resident; the rest of the process may shrink meanwhile. */
const enough = 0.7;

/** This process grows at a rate, outside of its heap and page by page, up to a limit or until little is left. */
export const memoryOfThisProcess: Fault<'MEMORY_LEAK'> = {
  type: 'MEMORY_LEAK',
  backend: 'in-process',
  survives: 'process',

  supports: (scenario, target) => Promise.resolve(support(scenario, target)),

  prepare: (_scenario, context) => processReceipt('memory of this process', context),

  inject: (scenario, _receipt, context) => Promise.resolve(grow(scenario, context)),
};

function support({ targetComponents }: Scenario, target: Target): Support {
  if (process.platform !== 'linux') {
    return {
      supported: false,
      reason: `the floor is read from /proc/meminfo, which ${process.platform} does not have`,
    };
  }
  if (target.kind === 'address' || target.kind === 'fronted') {
    return { supported: false, reason: `${target.name} is an address: no memory is known to be its own` };
  }
  if (target.kind === 'started') {
    return {
      supported: false,
      reason: `${target.name} is another process: its memory needs the agent, which is not there yet`,
    };
  }
  if (targetComponents.length > 0) {
    return {
      supported: false,
      reason: 'memory is of the process, not of a component: leave targetComponents empty',
    };
  }
  return { supported: true };
}

function grow({ name, parameters }: Scenario<'MEMORY_LEAK'>, context: FaultContext): ActiveFault {
  const { clock, signal, fired } = context;
  signal.throwIfAborted();
  const { rateMbPerSecond, limitMb } = parameters;
  const held = new HeldMemory();
  const ended = new AbortController();
  const baseline = process.memoryUsage.rss() / megabyte;
  const startedAtMs = clock.nowMs();
  const leak = { note: '' };
  let mostMb = 0;
  const growing = (async () => {
    while (held.bytes < limitMb * megabyte) {
      await clock.sleep(stepMs, ended.signal);
      // By the clock and not by the step: a late timer does not slow the leak.
      const dueMb = Math.min(limitMb, (rateMbPerSecond * (clock.nowMs() - startedAtMs)) / 1_000);
      const bytes = Math.floor(dueMb * megabyte) - held.bytes;
      if (availableMemory() - bytes < floorBytes) {
        leak.note = ', stopped where only 256 MB were left on the machine';
        return;
      }
      if (bytes > 0) held.grow(bytes);
    }
  })().catch(() => undefined);
  fired({
    rule: name,
    site: 'this process',
    n: 0,
    effect: `grows by ${rateMbPerSecond} MB/s up to ${limitMb} MB`,
  });
  return {
    async check(checkSignal) {
      // The first look comes at once: wait until there is something to see.
      while (held.bytes < megabyte && leak.note === '') await clock.sleep(stepMs, checkSignal);
      const during = process.memoryUsage.rss() / megabyte;
      const heldMb = held.bytes / megabyte;
      return {
        active:
          heldMb > 0 && during - baseline >= heldMb * enough - 1 ? 'yes' : heldMb > 0 ? 'unknown' : 'no',
        measured: {
          quantity: 'resident memory',
          unit: 'MB',
          baseline,
          during,
          expected: `${rateMbPerSecond} MB/s more, up to ${limitMb} MB; ${Math.round(heldMb)} MB so far${leak.note}`,
        },
        exposure: { kind: 'shares-resource', how: 'the target is this process' },
      };
    },
    async revert() {
      ended.abort();
      await growing;
      mostMb = Math.max(mostMb, held.bytes / megabyte);
      await held.release();
    },
    checkAfter: (afterSignal) =>
      lookUntilBack(
        () => {
          const after = process.memoryUsage.rss() / megabyte;
          // What is still resident may be the program's own.
          const back = after - baseline < mostMb * (1 - enough) + 1 ? 'yes' : 'unknown';
          return Promise.resolve({ back, after });
        },
        clock,
        afterSignal,
      ),
  };
}
