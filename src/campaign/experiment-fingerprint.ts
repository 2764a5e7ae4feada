import { createHash } from 'node:crypto';
import type { Experiment } from '../model/experiment.js';
import type { Scenario } from '../model/scenario.js';
import { componentNames } from '../model/target.js';

/**
 * A short hash of each part of an experiment that decides what a round does and shows: to notice, and to name, what is
 * not as it was. Functions count by their names, variables of an environment without their values.
 *
 * @param scenarios - instead of the experiment's own
 */
export function experimentFingerprint(
  { targetSystem, seed: _seed, ...experiment }: Experiment,
  scenarios: readonly Scenario[],
): Readonly<Record<string, string>> {
  const isReady = typeof targetSystem === 'object' && 'kind' in targetSystem;
  const target = isReady
    ? { kind: targetSystem.kind, name: targetSystem.name, components: componentNames(targetSystem) }
    : targetSystem;
  const parts = Object.entries({ ...experiment, targetSystem: target, scenarios });
  return Object.fromEntries(
    parts.flatMap(([name, part]) => {
      const text = JSON.stringify(part, plain) as string | undefined;
      if (text === undefined) return [];
      return [[name, createHash('sha256').update(text).digest('hex').slice(0, 12)]];
    }),
  );
}

function plain(key: string, value: unknown): unknown {
  if (typeof value === 'function') return `[${value.name || 'function'}]`;
  if (key === 'env' && typeof value === 'object' && value !== null) return Object.keys(value);
  return value;
}
