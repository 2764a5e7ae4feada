import { activeTimes } from '../active-times.js';
import { didYouMean } from '../did-you-mean.js';
import { formatMs } from '../duration.js';
import type { Problem } from './problem.js';

/** The parts of an experiment that must fit together; undefined where a part is missing or wrong by itself. */
export interface ExperimentOutline {
  readonly probeNames: readonly (string | undefined)[];
  readonly scenarios: readonly ScenarioOutline[];
  readonly durationMs: number | undefined;
  readonly parallel: boolean;
  readonly holdMs: number | undefined;
  readonly maxRecoveryWaitMs: number | undefined;
  /** The names that `targetComponents` may use; undefined where that is not known yet. */
  readonly components: readonly string[] | undefined;
}

export interface ScenarioOutline {
  readonly name: string;
  readonly durationMs: number | undefined;
  readonly targetComponents: readonly string[];
}

/** Where the parts of an experiment do not fit together. */
export function brokenRules(outline: ExperimentOutline): readonly Problem[] {
  return [
    ...duplicateProbes(outline),
    ...unknownComponents(outline),
    ...scenariosWithoutTime(outline),
    ...holdBeyondWait(outline),
  ];
}

function duplicateProbes({ probeNames }: ExperimentOutline): readonly Problem[] {
  return probeNames.flatMap((name, index) => {
    const first = probeNames.indexOf(name);
    if (name === undefined || first === index) return [];
    const message = `expected a name of its own, got ${JSON.stringify(name)}, which probes[${first}] has`;
    return [
      { path: ['probes', index, 'name'], at: 'value', message, hint: 'give each probe another `name`' },
    ];
  });
}

function unknownComponents({ scenarios, components }: ExperimentOutline): readonly Problem[] {
  if (components === undefined) return [];
  const known = components.length === 0 ? 'none is declared' : `declared: ${components.join(', ')}`;
  return scenarios.flatMap(({ targetComponents }, scenario) =>
    targetComponents.flatMap((component, index) => {
      if (components.includes(component)) return [];
      const message = `expected a dependency of the target (${known}), got ${JSON.stringify(component)}`;
      const hint = didYouMean(component, components) ?? 'declare it under targetSystem.dependencies';
      return [
        { path: ['scenarios', scenario, 'targetComponents', index], at: 'value', message, hint } as const,
      ];
    }),
  );
}

function scenariosWithoutTime({ scenarios, durationMs, parallel }: ExperimentOutline): readonly Problem[] {
  const askedMs = scenarios.flatMap((scenario) => scenario.durationMs ?? []);
  if (durationMs === undefined || askedMs.length < scenarios.length) return [];
  return activeTimes({ askedMs, capMs: durationMs, parallel }).flatMap((activeMs, index) => {
    if (activeMs > 0) return [];
    const message = `the experiment's duration of ${formatMs(durationMs)} leaves no time for ${scenarios[index]?.name}`;
    const hint = 'raise `duration`, shorten the scenarios before it, or remove it';
    return [{ path: ['scenarios', index], at: 'value', message, hint } as const];
  });
}

function holdBeyondWait({ holdMs, maxRecoveryWaitMs }: ExperimentOutline): readonly Problem[] {
  if (holdMs === undefined || maxRecoveryWaitMs === undefined || holdMs <= maxRecoveryWaitMs) return [];
  const message =
    `expected a holdTime of at most maxRecoveryWait (${formatMs(maxRecoveryWaitMs)}), got ${formatMs(holdMs)}: ` +
    'nothing could ever count as recovered';
  return [{ path: ['holdTime'], at: 'value', message }];
}
