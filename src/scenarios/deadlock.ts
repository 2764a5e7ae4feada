import { z } from 'zod';
import type { DeadlockParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import type { RuleBroken } from '../model/schema/rule.js';
import { platformSelectionShape } from './call-selection-shape.js';
import { defineScenario } from './scenario-definition.js';
import type { Some } from './some.js';

/** What has a default stands in every scenario, whether it was given or not. */
const selecting = Object.keys(platformSelectionShape).filter((name) => name !== 'injectionRate');

/** Calls wait for each other for ever. */
export const deadlock = defineScenario({
  type: 'DEADLOCK',
  id: 'deadlock',
  severity: 5,
  description: 'Calls wait for each other for ever.',
  effect: 'Makes calls wait for one another in a circle, or blocks what all of them need.',
  symptoms:
    'Requests that never end and never fail, pools that run dry, a process that lives and does nothing.',
  defaults: { kind: 'circular-wait', injectionRate: 1, honourAbort: true },
  example: { kind: 'promise-gate' },
  parameters: matching<DeadlockParameters>()(
    z.strictObject({
      kind: z
        .enum(['circular-wait', 'promise-gate', 'block-event-loop', 'workers'])
        .describe('What waits: calls in a circle, calls at a gate, the event loop, or worker threads.'),
      by: z
        .enum(['atomics-wait', 'spin'])
        .exactOptional()
        .describe(
          'With block-event-loop: wait in Atomics.wait, like a stuck system call (the default), or spin, like hot code.',
        ),
      honourAbort: z
        .boolean()
        .describe('A call stops waiting when an AbortSignal among its arguments aborts.'),
      ...platformSelectionShape,
    }),
  ),
  inFiles: { when: null },
  rule: fitsItsKind,
});

function fitsItsKind(parameters: Some<DeadlockParameters>): RuleBroken | undefined {
  const { kind, by } = parameters;
  if (by !== undefined && kind !== 'block-event-loop') {
    const message = `\`by\` says how an event loop is blocked: expected kind block-event-loop, got ${String(kind)}`;
    return { path: ['by'], message, hint: 'leave `by` out, or set `kind: block-event-loop`' };
  }
  const chosen = kind === 'block-event-loop' ? selecting.find((name) => name in parameters) : undefined;
  if (chosen === undefined) return undefined;
  const message = `\`${chosen}\` chooses calls, and a blocked event loop stops all of them`;
  return { path: [chosen], message, hint: `leave \`${chosen}\` out, or set another \`kind\`` };
}
