import { styleText } from 'node:util';
import { localProcessText } from '../faults/require-consent.js';
import { formatMs } from '../model/duration.js';
import type { Target } from '../model/target.js';
import { blastRadius } from '../orchestrator/blast-radius.js';
import type { Plan, PlanStep } from '../orchestrator/plan.js';
import { frontsText } from '../targets/fronts-text.js';
import { formatAddress } from '../targets/parse-address.js';

/** What a run will do and touch, before it does. */
export function renderPlan(
  plan: Plan,
  { color, times = 1 }: { readonly color: boolean; readonly times?: number },
): string {
  const { experiment, target, probes, steps, criteria } = plan;
  const title = color ? styleText('bold', experiment.name, { validateStream: false }) : experiment.name;
  const limits =
    typeof criteria === 'function'
      ? 'a function of the caller'
      : Object.entries(criteria)
          .filter(([, limit]) => limit !== undefined)
          .map(
            ([name, limit]) =>
              `${name} ${String(limit)}${plan.criteriaAdded && name === 'maxErrorRate' ? ' (added)' : ''}`,
          )
          .join(', ');
  const lines = [
    title,
    `  target     ${targetText(target)}`,
    ...(experiment.steadyStateHypothesis === '' ? [] : [`  hypothesis ${experiment.steadyStateHypothesis}`]),
    ...steps.map((step) => `  will       ${stepText(step)}`),
    `  reach      ${blastRadius(plan).join('; ')}`,
    ...plan.localProcesses.map((hit) => `  also hits  ${localProcessText(hit)}`),
    `  probes     ${probes.map(({ name, everyMs }) => `${name} every ${formatMs(everyMs)}`).join(', ')}`,
    `  criteria   ${limits}`,
    `  phases     baseline ${formatMs(plan.baselineMs)}, hold ${formatMs(plan.holdMs)}, recovery at most ${formatMs(plan.maxRecoveryWaitMs)}`,
    `  seed       ${plan.seed}${times === 1 ? '' : ', from which each run gets its own'}`,
    ...(times === 1 ? [] : [`  repeats    ${times} runs, one after the other`]),
  ];
  return `${lines.join('\n')}\n`;
}

function targetText(target: Target): string {
  const { name } = target;
  switch (target.kind) {
    case 'address':
      return `${name} at ${target.addresses.map(formatAddress).join(', ')}`;
    case 'fronted':
      return frontsText(
        name,
        target.fronts.map(({ component, address, listen }) => ({
          component,
          address: formatAddress(address),
          listen: formatAddress(listen),
        })),
      );
    case 'started':
      return target.ownNetwork ? `${name}, in a network of its own` : name;
    case 'running':
      return `${name}, process ${target.process.pid} (${target.command})`;
    case 'objects':
    case 'this-process':
      return name;
  }
}

function stepText({ planned }: PlanStep): string {
  const on = planned.targetComponents.length === 0 ? '' : ` on ${planned.targetComponents.join(', ')}`;
  const chance = planned.probability < 1 ? `, with probability ${planned.probability}` : '';
  return `${planned.name}${on} for ${formatMs(planned.activeMs)}, by ${planned.backend}${chance}`;
}
