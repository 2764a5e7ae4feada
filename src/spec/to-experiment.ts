import { resolve } from 'node:path';
import type { Experiment } from '../model/experiment.js';
import type { ProbeSpec } from '../model/probe.js';
import type { ChaosScenario } from '../scenarios/chaos-scenario.js';
import { findScenario } from '../scenarios/find-scenario.js';
import { defaultProbeName } from './default-probe-name.js';
import type { ExperimentFile } from './experiment-file-schema.js';

/** The experiment that a file without mistakes stands for; relative paths are seen from the file's folder. */
export function toExperiment(file: ExperimentFile, folder: string): Experiment {
  const { targetSystem } = file;
  return {
    ...file,
    targetSystem:
      'start' in targetSystem
        ? { ...targetSystem, cwd: resolve(folder, targetSystem.cwd ?? '.') }
        : targetSystem,
    probes: file.probes.map(toProbe),
    scenarios: file.scenarios.map(toScenario),
  };
}

function toProbe(probe: ExperimentFile['probes'][number]): ProbeSpec {
  const name = probe.name ?? defaultProbeName(probe) ?? 'probe';
  return { ...probe, name };
}

/** The scenario of an entry; what is expected of the system is not part of it. */
export function toScenario(entry: ExperimentFile['scenarios'][number]): ChaosScenario {
  if (typeof entry === 'string') return findScenario(entry);
  const { use, hypothesis: _, ...changes } = entry;
  // The schema of `use` has checked that the parameters are those of its type.
  return findScenario(use).with(changes);
}
