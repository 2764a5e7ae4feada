import type { HttpAnswerParameters } from '../model/scenario-parameters.js';
import type { CallEffect } from './call-effect.js';
import { isInjected } from './injected-error.js';

/** Has HTTP requests get an answer of ours, with a status chosen anew for each call. */
export function httpErrorEffect({
  statuses,
  headers,
  body,
  moment,
  abort,
}: HttpAnswerParameters): CallEffect {
  const breaksAfterBytes = abort?.afterBytes ?? null;
  const suffix =
    (breaksAfterBytes === null ? '' : `, broken off after ${breaksAfterBytes} bytes`) +
    (moment === 'after' ? ' after the call' : '');
  return {
    onConstruct: false,
    onPlatform: (platform) => platform.answer !== undefined,
    isFelt: ({ ended, value }) => ended === 'returned' && isInjected(value),
    apply(call) {
      const status = statuses[Math.floor(call.draw('status') * statuses.length)];
      if (status === undefined || call.platform?.answer === undefined) return call.proceed();
      return call.platform.answer(call, {
        answer: { status, headers, body, breaksAfterBytes },
        moment,
        felt: () => call.felt(`answer ${status}${suffix}`),
      });
    },
  };
}
