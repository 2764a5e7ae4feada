import type { DetailTable } from '../model/detail-table.js';
import type { Fault, FiredDecision } from '../model/fault.js';
import type { ChaosScenarioType } from '../model/scenario-type.js';

/** Makes a section of the report from the choices that took effect. */
export interface DetailCollector {
  add(decision: FiredDecision): void;
  section(): DetailTable;
}

/** The same fault, whose evidence has a section of its own, once a choice took effect. */
export function withDetails<T extends ChaosScenarioType>(
  fault: Fault<T>,
  collect: () => DetailCollector,
): Fault<T> {
  return {
    ...fault,
    async inject(scenario, receipt, context) {
      const collector = collect();
      let isEmpty = true;
      const fired = (decision: FiredDecision) => {
        isEmpty = false;
        collector.add(decision);
        context.fired(decision);
      };
      const active = await fault.inject(scenario, receipt, { ...context, fired });
      return {
        ...active,
        async check(signal) {
          const evidence = await active.check(signal);
          return isEmpty ? evidence : { ...evidence, details: [collector.section()] };
        },
      };
    },
  };
}
