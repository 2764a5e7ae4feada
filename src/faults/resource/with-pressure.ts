import { type DetailTable, detailTable } from '../../model/detail-table.js';
import type { Fault } from '../../model/fault.js';
import type { ChaosScenarioType } from '../../model/scenario-type.js';
import { type PressedResource, type Pressure, readPressure } from './pressure.js';

const names: Readonly<Record<PressedResource, string>> = { cpu: 'a CPU', memory: 'memory', io: 'disks' };
const texts: Readonly<Record<string, string>> = {
  some: 'at least one task',
  full: 'all tasks that could have worked',
};

/** The same fault, whose evidence also says how long tasks of the machine waited meanwhile, where the kernel tells. */
export function withPressure<T extends ChaosScenarioType>(
  fault: Fault<T>,
  resource: PressedResource,
): Fault<T> {
  return {
    ...fault,
    async inject(scenario, receipt, context) {
      const { clock } = context;
      const before = readPressure(resource);
      const sinceMs = clock.nowMs();
      const active = await fault.inject(scenario, receipt, context);
      return {
        ...active,
        async check(signal) {
          const evidence = await active.check(signal);
          const now = readPressure(resource);
          if (before === null || now === null) return evidence;
          const section = pressureTable(resource, before, now, clock.nowMs() - sinceMs);
          return { ...evidence, details: [...(evidence.details ?? []), section] };
        },
      };
    },
  };
}

function pressureTable(
  resource: PressedResource,
  before: Pressure,
  now: Pressure,
  elapsedMs: number,
): DetailTable {
  const rows = now.map(({ who, lately, waitedMs }) => {
    const waited = waitedMs - (before.find((one) => one.who === who)?.waitedMs ?? waitedMs);
    const share = elapsedMs <= 0 ? 0 : Math.min(100, (100 * waited) / elapsedMs);
    return [texts[who] ?? who, `${share.toFixed(1)} %`, `${lately.toFixed(1)} %`];
  });
  const title = `Time in which tasks of this machine waited for ${names[resource]}`;
  return detailTable(title, ['who waited', 'during the fault', 'in the last 10 s'], rows);
}
