import type { FunctionProbeSpec, Probe, ProbeAnswer } from '../model/probe.js';
import { errorMessage } from './error-message.js';
import { probeTiming } from './probe-timing.js';

/**
 * A probe that calls a function of the user's, inside whatever fault is active.
 *
 * Healthy is any answer but false, null and undefined. An object whose values are all booleans, such as
 * `{ api: true, db: false }`, is healthy when all of them are true; a `Response` of `fetch` when its status is 2xx. A
 * function that throws or rejects is unhealthy.
 */
export function functionProbe(spec: FunctionProbeSpec): Probe {
  return {
    ...probeTiming(spec),
    ticks: 'shared',
    async ask(signal) {
      try {
        return judge(await spec.check({ signal }));
      } catch (error) {
        return { ok: false, detail: errorMessage(error) };
      }
    },
  };
}

function notOk({ status }: Response): ProbeAnswer {
  return { ok: false, detail: `expected status 2xx, got ${status}` };
}

function judge(answer: unknown): ProbeAnswer {
  if (answer === false || answer === null || answer === undefined) {
    return { ok: false, detail: `expected a healthy answer, got ${String(answer)}` };
  }
  if (typeof answer !== 'object') return { ok: true };
  if (answer instanceof Response) return answer.ok ? { ok: true } : notOk(answer);
  const parts = Object.entries(answer);
  if (!parts.every(([, healthy]) => typeof healthy === 'boolean')) return { ok: true };
  const failed = parts.filter(([, healthy]) => healthy === false).map(([name]) => name);
  return failed.length === 0 ? { ok: true } : { ok: false, detail: `not healthy: ${failed.join(', ')}` };
}
