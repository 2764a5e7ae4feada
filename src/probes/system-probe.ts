import type { Probe, ProbeAnswer } from '../model/probe.js';
import { errorMessage } from './error-message.js';

/** How the tester calls the system under test, and judges what it answers. */
export interface SystemCall<Answer = unknown> {
  readonly call: (context: { readonly signal: AbortSignal }) => Answer | Promise<Answer>;
  /** Default: every answer is right, because the call did not throw. */
  readonly isCorrect?: ((answer: Awaited<Answer>) => boolean | Promise<boolean>) | undefined;
  /** The share of the full answer that a declared fallback gives, 0–1; `true` is 0.5, `false` no fallback. */
  readonly isFallback?:
    | ((answer: Awaited<Answer>) => boolean | number | Promise<boolean | number>)
    | undefined;
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly maxInFlight: number;
}

/** What `true` of `isFallback` stands for. */
const harvestOfFallback = 0.5;

/** A probe that calls the system as its users would: at a fixed rate, whether or not it answers, inside the fault. */
export function systemProbe<Answer>(name: string, system: SystemCall<Answer>): Probe {
  const { everyMs, timeoutMs, maxInFlight } = system;
  return {
    name,
    everyMs,
    timeoutMs,
    maxInFlight,
    retries: 0,
    ticks: 'overlapping',
    async ask(signal) {
      let answer: Awaited<Answer>;
      try {
        answer = await system.call({ signal });
      } catch (error) {
        return { ok: false, detail: `unhandled: ${errorMessage(error)}` };
      }
      try {
        return await judge(system, answer);
      } catch (error) {
        return { ok: false, detail: `the answer could not be judged: ${errorMessage(error)}` };
      }
    },
  };
}

async function judge<Answer>(
  { isCorrect, isFallback }: SystemCall<Answer>,
  answer: Awaited<Answer>,
): Promise<ProbeAnswer> {
  const fallback = (await isFallback?.(answer)) ?? false;
  if (fallback !== false) {
    const harvest = fallback === true ? harvestOfFallback : fallback;
    if (!(harvest >= 0 && harvest <= 1))
      throw new RangeError(`expected isFallback to give true, false or a share from 0 to 1, got ${harvest}`);
    return { ok: true, harvest };
  }
  if ((await isCorrect?.(answer)) === false) return { ok: false, detail: 'a wrong answer' };
  return { ok: true };
}
