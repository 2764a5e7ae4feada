import { resolve } from 'node:path';
import type { Fault } from '../../model/fault.js';
import type { Scenario } from '../../model/scenario.js';
import type { DiskSlowParameters } from '../../model/scenario-parameters.js';
import { slowMethod, slowMethodInAgent } from '../application/slow-method.js';

const methods: Readonly<Record<DiskSlowParameters['operations'], readonly string[]>> = {
  all: ['fs.*'],
  reads: ['read', 'readv', 'readFile', 'readdir'].map(named),
  writes: ['write', 'writev', 'writeFile', 'appendFile', 'copyFile', 'mkdir', 'fsync', 'fdatasync'].map(
    named,
  ),
};

/** Calls of this process on files take longer. */
export const slowDiskOfThisProcess: Fault<'DISK_SLOW'> = slowsFiles(slowMethod);

/** Calls of a Node process on files take longer, by the agents in it. */
export const slowDiskInAgent: Fault<'DISK_SLOW'> = slowsFiles(slowMethodInAgent);

function named(method: string): string {
  return `fs.${method}`;
}

function slowsFiles(slow: Fault<'SLOW_RESPONSE'>): Fault<'DISK_SLOW'> {
  const { backend, survives } = slow;
  return {
    type: 'DISK_SLOW',
    backend,
    survives,
    supports: (scenario, target) => slow.supports(asSlow(scenario), target),
    prepare: (scenario, context) => slow.prepare(asSlow(scenario), context),
    inject: (scenario, receipt, context) => slow.inject(asSlow(scenario), receipt, context),
  };
}

function asSlow(scenario: Scenario<'DISK_SLOW'>): Scenario<'SLOW_RESPONSE'> {
  const { path, operations, delayMs, injectionRate } = scenario.parameters;
  const paths = path === undefined ? {} : { paths: [resolve(path), resolve(path, '*')] };
  return {
    ...scenario,
    scenarioType: 'SLOW_RESPONSE',
    parameters: { delayMs, injectionRate, honourAbort: true, methods: methods[operations], ...paths },
  };
}
