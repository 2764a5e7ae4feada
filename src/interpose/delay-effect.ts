import type { DelayDistribution } from '../model/scenario-parameters.js';
import { atFirstStep, isGeneratorCall } from './at-first-step.js';
import type { CallEffect, HitCall } from './call-effect.js';
import { maxBlockMs } from './delays.js';
import { drawDelayMs } from './draw-delay.js';
import { isPromise } from './is-promise.js';
import { signalAmong } from './signal-among.js';

/**
 * Makes calls take longer: the delay comes first, then the real call. It ends at once when the fault does.
 *
 * A function that answers with promises waits without blocking, and with `honourAbort` rejects with the reason of an
 * AbortSignal among its arguments. A function whose answers are not promises can only be slow by blocking its thread
 * (`Delays.block`). A function that is not async and was not seen to answer yet is called first, and its answer is held
 * back: so the first call of a function that returns promises does not block either. Generators wait in their first step.
 */
export function delayEffect(delay: DelayDistribution, honourAbort: boolean): CallEffect {
  return {
    onConstruct: true,
    isFelt: () => true,
    apply(call) {
      const delayMs = drawDelayMs(delay, call.draw('delay'), call.draw('delay, second'));
      const signal = honourAbort ? signalAmong(call.args) : null;
      if (call.platform !== null) {
        const felt = (how: 'delay' | 'block') => call.felt(`${how} ${Math.round(delayMs)} ms`);
        return call.platform.slow(call, { delayMs, honourAbort, felt });
      }
      const sleep = () => {
        call.felt(`delay ${Math.round(delayMs)} ms`);
        return call.delays.sleep(delayMs, signal);
      };
      const block = () => {
        call.felt(`block ${Math.round(Math.min(delayMs, maxBlockMs))} ms`);
        call.delays.block(delayMs);
      };
      if (isGeneratorCall(call)) {
        const wait = call.shape === 'generator' ? block : sleep;
        return atFirstStep(call, () => call.observe(wait), call.proceed() as object);
      }
      return call.observe(() => delayed(call, sleep, block));
    },
  };
}

function delayed(call: HitCall, sleep: () => Promise<void>, block: () => void): unknown {
  switch (call.answers) {
    case 'promise':
      return sleep().then(() => call.proceed());
    case 'value':
      block();
      return call.proceed();
    case 'unknown': {
      const answer = call.proceed();
      if (isPromise(answer)) return heldBack(answer, sleep);
      block();
      return answer;
    }
  }
}

/** The answer, not before the delay is over; its failure is held back as long. */
async function heldBack(answer: Promise<unknown>, sleep: () => Promise<void>): Promise<unknown> {
  // A rejection that comes during the delay is handled below.
  answer.catch(() => undefined);
  await sleep();
  return answer;
}
