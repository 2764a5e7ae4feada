import { resolve } from 'node:path';
import type { Fault } from '../../model/fault.js';
import type { Scenario } from '../../model/scenario.js';
import { randomExceptions, randomExceptionsInAgent } from '../application/random-exceptions.js';
import { diskOfHost } from './disk-of-host.js';

/** What a full disk refuses: writes, and what needs a new block for itself. */
const refused = ['writeFile', 'appendFile', 'write', 'writev', 'copyFile', 'mkdir'].map(
  (name) => `fs.${name}`,
);

/** Writes of this process fail with ENOSPC, and nothing is filled. */
export const diskOfThisProcess: Fault<'DISK_FULL'> = failsWrites(randomExceptions);

/** Writes of a Node process fail with ENOSPC, by the agents in it. */
export const diskInAgent: Fault<'DISK_FULL'> = failsWrites(randomExceptionsInAgent);

function failsWrites(exceptions: Fault<'EXCEPTION_INJECTION'>): Fault<'DISK_FULL'> {
  const { backend, survives } = exceptions;
  return {
    type: 'DISK_FULL',
    backend,
    survives,
    async supports(scenario, target) {
      if (scenario.parameters.place === 'target') return exceptions.supports(asExceptions(scenario), target);
      const filled = await diskOfHost.supports(scenario, target);
      return filled.supported ? { supported: false, reason: 'a disk is filled by the host' } : filled;
    },
    prepare: (scenario, context) => exceptions.prepare(asExceptions(scenario), context),
    inject: (scenario, receipt, context) => exceptions.inject(asExceptions(scenario), receipt, context),
  };
}

function asExceptions(scenario: Scenario<'DISK_FULL'>): Scenario<'EXCEPTION_INJECTION'> {
  const { path } = scenario.parameters;
  const paths = path === undefined ? {} : { paths: [resolve(path), resolve(path, '*')] };
  return {
    ...scenario,
    scenarioType: 'EXCEPTION_INJECTION',
    parameters: {
      exceptionTypes: ['ENOSPC'],
      moment: 'before',
      injectionRate: 1,
      methods: refused,
      ...paths,
    },
  };
}
