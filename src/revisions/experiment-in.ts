import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { ChaosError } from '../model/chaos-error.js';
import type { Experiment, StartSpec } from '../model/experiment.js';
import { splitCommand } from '../model/split-command.js';

/** Where a revision is checked out. */
export interface Place {
  readonly side: 'base' | 'head';
  readonly label: string;
  /** Absolute. */
  readonly checkout: string;
}

/**
 * The experiment with its target started out of a checkout instead of the user's working tree: its folder, and whatever in
 * its command and environment names a path of the repository.
 *
 * @param repository - the top of the user's working tree
 * @throws ChaosError INVALID_INPUT when its target is not started, or not from the repository
 */
export function experimentIn(experiment: Experiment, repository: string, { checkout }: Place): Experiment {
  const { cwd, ...spec } = startSpecOf(experiment);
  const inside = relative(repository, realpathOf(cwd ?? process.cwd()));
  if (inside.startsWith('..') || isAbsolute(inside)) {
    throw new ChaosError(
      'INVALID_INPUT',
      `${experiment.name}: expected its target to start inside ${repository}, it starts in ${cwd}`,
      { hint: 'keep the experiment file in the repository, or give `cwd`' },
    );
  }
  const moved = (text: string) => text.replaceAll(`${repository}/`, `${checkout}/`);
  return {
    ...experiment,
    targetSystem: {
      ...spec,
      cwd: join(checkout, inside),
      start: typeof spec.start === 'string' ? moved(spec.start) : spec.start.map(moved),
      ...(spec.env !== undefined && {
        env: Object.fromEntries(Object.entries(spec.env).map(([name, value]) => [name, moved(value)])),
      }),
    },
  };
}

/**
 * What the target needs must be in both: a program that one revision does not have says nothing about the other.
 *
 * @throws ChaosError INVALID_INPUT naming what is missing, and where
 */
export function requireInBoth(
  [ofBase, base]: readonly [Experiment, Place],
  [ofHead, head]: readonly [Experiment, Place],
): void {
  const there = [
    { place: base, other: head, spec: startSpecOf(ofBase), otherSpec: startSpecOf(ofHead) },
    { place: head, other: base, spec: startSpecOf(ofHead), otherSpec: startSpecOf(ofBase) },
  ];
  for (const { place, other, spec, otherSpec } of there) {
    const paths = pathsOf(spec);
    const otherPaths = pathsOf(otherSpec);
    for (const [i, path] of paths.entries()) {
      const elsewhere = otherPaths[i];
      if (!existsSync(path) || elsewhere === undefined || existsSync(elsewhere)) continue;
      const name = relative(place.checkout, path);
      throw new ChaosError(
        'INVALID_INPUT',
        `${ofBase.name}: expected ${name === '' ? '.' : name} in both revisions, it is in ${place.side} (${place.label}) and not in ${other.side} (${other.label})`,
        { hint: 'compare revisions that both have it, or start what both have' },
      );
    }
  }
}

/** The folder, and each word of the command as a path in it. */
function pathsOf({ cwd = '.', start, shell }: StartSpec): readonly string[] {
  const words = typeof start !== 'string' ? start : shell === true ? [] : splitCommand(start);
  return [cwd, ...words.slice(1).map((word) => resolve(cwd, word))];
}

function startSpecOf({ name, targetSystem }: Experiment): StartSpec {
  if (typeof targetSystem === 'object' && 'start' in targetSystem) return targetSystem;
  throw new ChaosError('INVALID_INPUT', `${name}: expected a target with \`start\`, got another one`, {
    hint: 'only what is started can be started out of each revision; else compare runs that were kept',
  });
}

/** A folder that is missing is told by whoever starts in it. */
function realpathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
