import { type DetailTable, mostDetailRows } from '../model/detail-table.js';
import type { Fault, FiredDecision } from '../model/fault.js';
import type { ChaosScenarioType } from '../model/scenario-type.js';

/**
 * The same fault, whose evidence has a section of its own, made of the choices that took effect.
 *
 * @param section - is given the first 50 choices, and how many there were beside these
 */
export function withDetails<T extends ChaosScenarioType>(
  fault: Fault<T>,
  section: (fired: readonly FiredDecision[], more: number) => DetailTable,
): Fault<T> {
  return {
    ...fault,
    async inject(scenario, receipt, context) {
      const kept: FiredDecision[] = [];
      let more = 0;
      const fired = (decision: FiredDecision) => {
        if (kept.length < mostDetailRows) kept.push(decision);
        else more += 1;
        context.fired(decision);
      };
      const active = await fault.inject(scenario, receipt, { ...context, fired });
      return {
        ...active,
        async check(signal) {
          const evidence = await active.check(signal);
          return kept.length === 0 ? evidence : { ...evidence, details: [section(kept, more)] };
        },
      };
    },
  };
}
