import { availableMemory } from '../../interpose/free-memory.js';
import type { Scenario } from '../../model/scenario.js';
import type { MemoryLeakParameters } from '../../model/scenario-parameters.js';
import type { SafetyLimits } from '../../model/safety-limits.js';
import { sizeText } from '../../model/size-text.js';
import { diskSpace, remainingBytes } from '../resource/disk-space.js';
import { diskParameters, filledFolder } from './filled-folder.js';
import type { SafetyCheck } from './safety-check.js';

const megabyte = 1_048_576;

/** A leak or a full disk that would leave less than is to stay. Floors that are always kept are the faults' own. */
export const belowFloor: SafetyCheck = async ({ scenario }, _target, limits) =>
  memoryProblem(scenario, limits) ?? (await diskProblem(scenario, limits));

function memoryProblem(
  { scenarioType, parameters }: Scenario,
  { minFreeMemoryMb }: SafetyLimits,
): string | null {
  if (scenarioType !== 'MEMORY_LEAK' || minFreeMemoryMb === undefined) return null;
  const { limitMb } = parameters as MemoryLeakParameters;
  const available = availableMemory();
  const left = available - limitMb * megabyte;
  if (left >= minFreeMemoryMb * megabyte) return null;
  return `${limitMb} MB of the ${sizeText(available)} that are free would leave less than minFreeMemoryMb (${minFreeMemoryMb}): lower limitMb`;
}

async function diskProblem(scenario: Scenario, { minFreeDiskMb }: SafetyLimits): Promise<string | null> {
  const [parameters, folder] = [diskParameters(scenario), filledFolder(scenario)];
  if (parameters === null || folder === null || minFreeDiskMb === undefined) return null;
  const left = remainingBytes(parameters, await diskSpace(folder));
  if (left >= minFreeDiskMb * megabyte) return null;
  return `${sizeText(left)} would be left of the file system of ${folder}, less than minFreeDiskMb (${minFreeDiskMb}): ask for a lower level`;
}
